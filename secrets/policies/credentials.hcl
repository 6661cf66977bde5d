# Read the passwords and tokens of the systems that are pulled. For `extract` alone.

path "kv/data/clearwell/credentials/+" {
  capabilities = ["read"]
}
