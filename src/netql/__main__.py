"""`python -m netql` is `netql`."""

from netql.cli import main

if __name__ == "__main__":
    main()
