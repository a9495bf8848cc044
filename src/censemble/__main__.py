"""`python -m censemble` is the command `censemble`."""

from censemble.cli import main

if __name__ == "__main__":
    main()
