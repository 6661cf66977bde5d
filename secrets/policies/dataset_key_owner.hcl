# Make and rotate the data key of one dataset, and open it. For a person or a job that owns keys, not for runs.
# The dataset is metadata of the identity that logged in, set by whoever runs Vault; a login without it owns no key.

path "kv/data/clearwell/{{identity.entity.metadata.dataset}}/data-key" {
  capabilities = ["create", "read", "update"]
}

path "transit/keys/clearwell-{{identity.entity.metadata.dataset}}" {
  capabilities = ["create", "update"]
}

path "transit/datakey/plaintext/clearwell-{{identity.entity.metadata.dataset}}" {
  capabilities = ["update"]
}

path "transit/decrypt/clearwell-{{identity.entity.metadata.dataset}}" {
  capabilities = ["update"]
}
