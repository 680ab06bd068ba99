"""One reader a container: facts from its headers, without a decoder."""
