"""Where key-encryption keys live: the OS keyring, a passphrase, a file, a cloud's key service. One file for each."""
