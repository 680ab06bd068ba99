"""The screens: one view a file, and the frame around them."""
