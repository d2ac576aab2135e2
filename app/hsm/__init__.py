"""Keys on USB tokens, reached through PKCS#11 modules that run in processes of their own."""
