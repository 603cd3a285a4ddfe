"""``python -m sectorlead`` is the command ``sectorlead``."""

from sectorlead.cli.main import main

if __name__ == "__main__":
    main()
