"""Where the data directory lies: free space, network and synced folders, an encrypted disk."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from packstation.commands.doctor.finding import Asked, Finding

FREE_BYTES_MIN = 64 << 20
FREE_BYTES_LOW = 1 << 30

NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "afpfs", "ncpfs", "9p", "ceph", "glusterfs", "lustre",
    "davfs", "webdav", "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.glusterfs", "fuse.davfs2", "fuse.gvfsd-fuse",
    "fuse.onedriver", "fuse.google-drive-ocamlfuse", "osxfuse", "macfuse",
})  # fmt: skip
"""File systems that answer from another machine: locks and flushes are not what SQLite was promised (B23)."""
_SYNCED = ("onedrive", "dropbox", "google drive", "googledrive", "my drive", "icloud", "mobile documents",
           "nextcloud", "owncloud", "syncthing", "pclouddrive", "box sync", "mega")  # fmt: skip
_MARKS = (".dropbox", ".dropbox.cache", ".stfolder", ".owncloudsync.log", ".nextcloudsync.log", ".csync_journal.db")


def disk(asked: Asked) -> Iterator[Finding]:
    folder = _existing(asked.folder)
    free = shutil.disk_usage(folder).free
    state = "wrong" if free < FREE_BYTES_MIN else "note" if free < FREE_BYTES_LOW else "ok"
    yield Finding("disk", state, f"{free >> 20:,} MiB free at {folder}", {"disk": {"free_bytes": free}})
    sealed = encrypted(folder)
    if sealed is not None:
        advice = "" if sealed else "; a stolen disk shows this site's open orders (X8)"
        text = f"the disk is {'encrypted' if sealed else 'not encrypted'}{advice}"
        yield Finding("disk", "ok" if sealed else "note", text)


def folder(asked: Asked) -> Iterator[Finding]:
    """B23: a network or synced folder under the databases loses or mixes them."""
    folder = _existing(asked.folder)
    kind = filesystem(folder)
    if kind in NETWORK:
        text = f"{folder}: expected a local disk, got the network file system {kind}; SQLite is not safe there"
        yield Finding("folder", "wrong", text)
    elif (synced := synced_by(folder)) is not None:
        text = f"{folder}: expected a folder of this machine alone, got one that {synced} copies"
        yield Finding("folder", "wrong", text)
    else:
        yield Finding("folder", "ok", f"{kind or 'local'}, not synced by another program")


def _existing(folder: Path) -> Path:
    folder = folder.resolve()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def filesystem(folder: Path, mounts: str | None = None) -> str:
    """The kind of file system a folder lies on, "" where the platform does not say. `mounts`: as /proc/mounts."""
    if sys.platform == "win32":
        import ctypes

        if str(folder).startswith("\\\\"):
            return "cifs"
        return "cifs" if ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == 4 else ""
    if mounts is None:
        path = Path("/proc/mounts")
        if not path.exists():
            return ""
        mounts = path.read_text(encoding="utf-8", errors="surrogateescape")
    best, kind = Path("/"), ""
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 3:
            continue
        # The kernel writes spaces and tabs in names as octal.
        point = Path(words[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        if (point == folder or point in folder.parents) and len(point.parts) >= len(best.parts):
            best, kind = point, words[2]
    return kind


def synced_by(folder: Path) -> str | None:
    """The name of what syncs this folder elsewhere, or None."""
    for here in (folder, *folder.parents):
        named = here.name.casefold()
        for name in _SYNCED:
            if named == name or named.startswith((f"{name} -", f"{name} (", f"{name}-")):
                return here.name
        for mark in _MARKS:
            if (here / mark).exists():
                return mark.lstrip(".").partition(".")[0]
    return None


def encrypted(folder: Path) -> bool | None:
    """Whether the disk below a folder is encrypted by the system; None where this cannot be told."""
    if sys.platform != "linux":
        return None
    device = os.stat(folder).st_dev
    if os.major(device) == 0:
        return None
    waiting = [Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")]
    while waiting:
        block = waiting.pop()
        if not block.exists():
            return None
        uuid = block / "dm" / "uuid"
        if uuid.exists() and uuid.read_text(encoding="ascii").startswith("CRYPT-"):
            return True
        waiting.extend(sorted((block / "slaves").glob("*")) if (block / "slaves").is_dir() else ())
    return False
