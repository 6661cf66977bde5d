# Open the data key of one dataset: read it wrapped, have Vault unwrap it. Nothing else.
# The dataset is metadata of the identity that logged in, set by whoever runs Vault; a login without it opens no key.

path "kv/data/clearwell/{{identity.entity.metadata.dataset}}/data-key" {
  capabilities = ["read"]
}

path "transit/decrypt/clearwell-{{identity.entity.metadata.dataset}}" {
  capabilities = ["update"]
}
