"""Finding what is there twice: exact and near groups, and which copy stays."""
