"""What a virtual table is made of: where it is looked at, its marks, its rows and its lines."""
