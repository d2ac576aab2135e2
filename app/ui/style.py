"""The one style sheet, made from the colour roles. Widgets name what they are by the property `part`, texts by `type`.

Sizes: 24 page title, 28 key number, 15 card title, 14 body, 13 secondary, 12 labels; radius 10 card, 6 control.
"""

from collections.abc import Sequence

from app.ui.colours import Roles, is_light
from app.ui.resources import resource


def style_sheet(roles: Roles, monospace: Sequence[str], strong: int = 600) -> str:
    """Everything that the palette cannot say."""
    faces = ", ".join(f'"{face}"' for face in monospace)
    sheet = "\n".join((_texts(roles, faces), _grounds(roles), _controls(roles), _lists(roles), _tones(roles)))
    return sheet.replace("font-weight: 600", f"font-weight: {strong}")


def _texts(roles: Roles, faces: str) -> str:
    return f"""
    QLabel {{ background: transparent; }}
    QLabel[type="page-title"] {{ font-size: 24px; font-weight: 600; color: {roles.ink}; }}
    QLabel[type="key-number"] {{ font-size: 28px; font-weight: 600; color: {roles.ink}; }}
    QLabel[type="verdict"] {{ font-size: 28px; font-weight: 600; }}
    QLabel[type="card-title"] {{ font-size: 15px; font-weight: 600; color: {roles.ink}; }}
    QLabel[type="body"] {{ font-size: 14px; color: {roles.ink}; }}
    QLabel[type="strong"] {{ font-size: 14px; font-weight: 600; color: {roles.ink}; }}
    QLabel[type="secondary"] {{ font-size: 13px; color: {roles.soft}; }}
    QLabel[type="label"] {{ font-size: 12px; color: {roles.soft}; }}
    QLabel[type="group"] {{ font-size: 12px; color: {roles.soft}; }}
    QLabel[type="digest"] {{ font-family: {faces}; font-size: 12px; color: {roles.ink}; }}
    QLabel[tone="ok"][type="verdict"] {{ color: {roles.ok}; }}
    QLabel[tone="warn"][type="verdict"] {{ color: {roles.warn}; }}
    QLabel[tone="bad"][type="verdict"] {{ color: {roles.bad}; }}
    QLabel[tone="bad"][type="secondary"], QLabel[tone="bad"][type="label"] {{ color: {roles.bad}; }}
    QLabel[tone="warn"][type="secondary"], QLabel[tone="warn"][type="label"] {{ color: {roles.warn}; }}
    QLabel[tone="ok"][type="secondary"], QLabel[tone="ok"][type="label"] {{ color: {roles.ok}; }}
    """


def _grounds(roles: Roles) -> str:
    return f"""
    QWidget[part="ground"], QScrollArea[part="ground"] {{ background: {roles.ground}; border: none; }}
    QFrame[part="card"] {{ background: {roles.surface}; border: 1px solid {roles.line}; border-radius: 10px; }}
    QWidget[part="surface"], QScrollArea[part="surface"] {{ background: {roles.surface}; border: none; }}
    QFrame[part="sidebar"] {{ background: {roles.surface}; border: none; border-right: 1px solid {roles.line}; }}
    QFrame[part="status-line"] {{ background: {roles.surface}; border: none; border-top: 1px solid {roles.line}; }}
    QFrame[part="rule"] {{ background: {roles.line}; border: none; }}
    QFrame[part="inset"] {{ background: {roles.ground}; border: 1px solid {roles.line}; border-radius: 6px; }}
    QToolTip {{ background: {roles.surface}; color: {roles.ink}; border: 1px solid {roles.line}; padding: 4px; }}
    QSplitter::handle {{ background: transparent; }}
    """


def _controls(roles: Roles) -> str:
    return "\n".join((_buttons(roles), _fields(roles), _menus(roles)))


def _buttons(roles: Roles) -> str:
    return f"""
    QPushButton {{ font-size: 14px; color: {roles.ink}; background: {roles.surface};
        border: 1px solid {roles.control}; border-radius: 6px; padding: 7px 15px; min-height: 20px; }}
    QPushButton:hover {{ border-color: {roles.primary}; }}
    QPushButton:pressed {{ background: {roles.primary_soft}; }}
    QPushButton:focus {{ border: 2px solid {roles.primary}; padding: 6px 14px; }}
    QPushButton:disabled {{ color: {roles.faint}; border-color: {roles.line}; background: {roles.ground}; }}
    QPushButton[part="primary"] {{ color: {roles.on_primary}; background: {roles.primary};
        border: 1px solid {roles.primary}; font-weight: 600; }}
    QPushButton[part="primary"]:focus {{ border: 2px solid {roles.ink}; padding: 6px 14px; }}
    QPushButton[part="primary"]:disabled {{ color: {roles.soft}; background: {roles.line};
        border: 1px solid {roles.line}; }}
    QPushButton[part="link"] {{ font-size: 13px; color: {roles.primary}; background: transparent;
        border: 1px solid transparent; border-radius: 4px; padding: 2px 5px; }}
    QPushButton[part="copy"] {{ font-size: 12px; color: {roles.primary}; background: transparent; min-height: 16px;
        border: 1px solid transparent; border-radius: 4px; padding: 0 5px; }}
    QPushButton[part="copy"]:hover {{ background: {roles.primary_soft}; }}
    QPushButton[part="copy"]:focus {{ border: 1px solid {roles.primary}; padding: 0 5px; }}
    QPushButton[part="link"]:hover {{ background: {roles.primary_soft}; }}
    QPushButton[part="link"]:focus {{ border: 1px solid {roles.primary}; }}
    QPushButton[part="link"]:disabled {{ color: {roles.faint}; background: transparent; }}
    QPushButton[part="status"] {{ font-size: 12px; color: {roles.soft}; background: transparent;
        border: 1px solid transparent; border-radius: 4px; padding: 2px 6px; min-height: 16px; }}
    QPushButton[part="status"]:hover {{ color: {roles.ink}; background: {roles.primary_soft}; }}
    QPushButton[part="status"]:focus {{ border: 1px solid {roles.primary}; }}
    """


def _fields(roles: Roles) -> str:
    chevron = resource("icons", f"chevron-{'light' if is_light(roles.surface) else 'dark'}.svg").as_posix()
    tick = resource("icons", f"tick-{'dark' if is_light(roles.primary) else 'light'}.svg").as_posix()
    return f"""
    QLineEdit, QComboBox, QPlainTextEdit, QDateTimeEdit {{ font-size: 14px; color: {roles.ink}; background: {roles.surface};
        border: 1px solid {roles.control}; border-radius: 6px; padding: 7px 9px; min-height: 20px;
        selection-background-color: {roles.primary}; selection-color: {roles.on_primary}; }}
    QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QDateTimeEdit:focus {{
        border: 2px solid {roles.primary}; padding: 6px 8px; }}
    QLineEdit:disabled, QComboBox:disabled, QDateTimeEdit:disabled {{ color: {roles.soft}; background: {roles.ground}; }}
    QComboBox::drop-down, QDateTimeEdit::drop-down {{ border: none; width: 28px; }}
    QComboBox::down-arrow, QDateTimeEdit::down-arrow {{ image: url("{chevron}"); width: 16px; height: 16px; }}
    QComboBox::down-arrow:disabled, QDateTimeEdit::down-arrow:disabled {{ image: none; }}
    QComboBox QAbstractItemView {{ background: {roles.surface}; color: {roles.ink}; border: 1px solid {roles.line};
        selection-background-color: {roles.primary_soft}; selection-color: {roles.ink}; outline: none; }}
    QCheckBox {{ font-size: 14px; color: {roles.ink}; spacing: 8px; padding: 3px; }}
    QCheckBox:focus {{ border: 1px solid {roles.primary}; border-radius: 4px; padding: 2px; }}
    QCheckBox::indicator {{ width: 15px; height: 15px; border: 1px solid {roles.soft}; border-radius: 4px;
        background: {roles.surface}; }}
    QCheckBox::indicator:checked {{ background: {roles.primary}; border-color: {roles.primary};
        image: url("{tick}"); }}
    """


def _menus(roles: Roles) -> str:
    return f"""
    QMenu {{ background: {roles.surface}; color: {roles.ink}; border: 1px solid {roles.line}; padding: 4px; }}
    QMenu::item {{ padding: 6px 24px 6px 24px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {roles.primary_soft}; color: {roles.ink}; }}
    QMenu::item:disabled {{ color: {roles.soft}; }}
    QMenu::separator {{ height: 1px; background: {roles.line}; margin: 4px 8px; }}
    """


def _lists(roles: Roles) -> str:
    return f"""
    QTableView {{ background: {roles.surface}; color: {roles.ink}; border: none; outline: none; font-size: 13px;
        gridline-color: transparent; selection-background-color: {roles.primary_soft}; }}
    QTableView::item {{ border: none; border-bottom: 1px solid {roles.line}; padding: 0 8px; }}
    QTableView:focus {{ border: 1px solid {roles.primary}; border-radius: 6px; }}
    QHeaderView {{ background: {roles.surface}; border: none; }}
    QHeaderView::section {{ background: {roles.surface}; color: {roles.soft}; border: none; font-size: 12px;
        border-bottom: 1px solid {roles.line}; padding: 6px 8px; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {roles.control}; border-radius: 4px; min-height: 32px; margin: 1px; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle:horizontal {{ background: {roles.control}; border-radius: 4px; min-width: 32px; margin: 1px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """


def _tones(roles: Roles) -> str:
    rules = []
    for tone in ("ok", "warn", "bad", "primary", "neutral"):
        text, ground = roles.tone(tone), roles.tone_soft(tone)
        edge = roles.line if tone == "neutral" else ground
        rules.append(
            f'QLabel[part="chip"][tone="{tone}"] {{ color: {text}; background: {ground}; border: 1px solid {edge};'
            " border-radius: 9px; padding: 2px 11px; min-height: 16px; font-size: 12px; }"
        )
        rules.append(
            f'QFrame[part="banner"][tone="{tone}"] {{ background: {ground}; border: 1px solid {text};'
            " border-radius: 6px; }"
        )
    return "\n".join(rules)
