"""Choosing files. Never `exec()`: a dialog is opened and answers later, so the loop goes on running (qasync#59)."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_files(parent: QWidget, title: str, chosen: Callable[[list[Path]], None]) -> QFileDialog:
    """Let the clerk choose files to read."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
    return _open(dialog)


def ask_file(parent: QWidget, title: str, pattern: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Let the clerk choose one file to read."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(pattern)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    return _open(dialog)


def ask_target(parent: QWidget, title: str, name: str, pattern: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Let the clerk choose where to write; the dialog itself asks before it replaces a file."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilter(pattern)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen_name: chosen(Path(chosen_name)))
    return _open(dialog)


def ask_folder(parent: QWidget, title: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Let the clerk choose a folder to write several files into."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    return _open(dialog)


def _open(dialog: QFileDialog) -> QFileDialog:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
