"""How much of a file is read at most. A file past a limit is refused whole, never read in part."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadLimits:
    """Sizes in bytes, times in seconds. The defaults suit a machine with 4 GB to spare."""

    max_file_bytes: int = 200_000_000
    max_csv_bytes: int = 4_000_000_000
    """For a CSV that is read in chunks, whose memory does not grow with the file."""
    max_csv_at_once_bytes: int = 20_000_000
    """A longer CSV of incidents is read in chunks: held as text it would take twenty times its size."""
    max_unpacked_bytes: int = 1_000_000_000
    max_members: int = 1_000
    max_ratio: int = 200
    """Unpacked to packed bytes of an archive; office files and shapefiles stay below 100."""
    max_rows: int = 20_000_000
    """Of a CSV read in chunks."""
    max_rows_at_once: int = 2_000_000
    max_columns: int = 1_000
    max_cells: int = 10_000_000
    """Filled cells of a sheet; each is Python text while it is read."""
    max_vertices: int = 500_000
    """Of one shape; China's whole coast at 1:1,000,000 has fewer."""
    max_memory_bytes: int = 3_000_000_000
    """Address space of the process that reads."""
    max_seconds: int = 120

    @classmethod
    def of(cls, max_upload_mb: int, max_csv_mb: int, reader_memory_mb: int, reader_seconds: int) -> "ReadLimits":
        """The limits that the settings of an installation name, the rest as they are. Megabytes of 1,000,000 bytes."""
        return cls(
            max_file_bytes=max_upload_mb * 1_000_000,
            max_csv_bytes=max_csv_mb * 1_000_000,
            max_memory_bytes=reader_memory_mb * 1_000_000,
            max_seconds=reader_seconds,
        )


DEFAULT_LIMITS = ReadLimits()
