"""The judge: any number of synthetic tables against one reference, the yardsticks beside them."""
