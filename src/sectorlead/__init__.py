"""sectorlead."""
