"""English words for what goes wrong with reserve proofs and lists. In the form of `app.core.words_en`."""

RESERVES: dict[str, tuple[str, str]] = {
    # ---- proofs ------------------------------------------------------------------------------------------------------
    "reserve": (
        "Something is wrong with a reserve proof[: {reason}].",
        "Nothing was made or published. Try again, or ask the custodian for the proof again.",
    ),
    "reserve-overflow": (
        "All that is owed together is more than any voucher can have[: {expected}][, got {got}].",
        "Nothing was made. Check the amounts of the list.",
    ),
    "shares-collide": (
        "Two shares have one place in the tree[: rows {row} and {other}].",
        "Nothing was made. Make the snapshot again.",
    ),
    "reserve-short": (
        "The custodian holds less than it owes[: {owed} owed][, {held} held][, {missing} missing].",
        "Nothing was published. Check the list and the custody accounts, or have what is missing transferred there first.",
    ),
    "snapshot-late": (
        "The snapshot can no longer be published[: {reason}][, {expected}].",
        "Make a new snapshot from the same list.",
    ),
    "not-published": (
        "The snapshot is not on the chain yet.",
        "Papers are handed out only after it was published. Publish it first.",
    ),
    "snapshot-damaged": (
        "What was kept of the snapshot is damaged[: {reason}].",
        "What was published still stands on the chain. Bring the folder back from a backup, or make a new snapshot.",
    ),
    "custodian-busy": (
        "The custodian's service is busy[: {waiting} lists wait].",
        "Nothing was made. Send it again when one of them is done.",
    ),
    "source-not-allowed": (
        "The service may not read this file for a request[: {argument}][, {path}].",
        "Nothing was read. The administrator names such files with --allow when the service is started.",
    ),
    "invalid-reserve": (
        "The reserve proof does not hold[: {check}][, expected {expected}][, got {got}].",
        "Do not rely on it. Ask the custodian for it again, and keep this file for a complaint.",
    ),
    # ---- lists -------------------------------------------------------------------------------------------------------
    "list": ("The list cannot be used[: {reason}].", "Nothing was made of it. Correct the list and try again."),
    "list-unreadable": (
        "The list cannot be read[: {name}][ ({reason})][, line {line}].",
        "Nothing was made. Save it again as CSV (UTF-8 or GB18030), as a workbook (.xlsx) or as Parquet.",
    ),
    "list-protected": (
        "The list is protected by a password[: {name}].",
        "Nothing was made. Save a copy without a password and use that.",
    ),
    "list-too-large": (
        "The list holds more than a list may[: {what}][, {expected}][, it has {got}].",
        "Nothing was made. Keep only the columns that are needed, or save the list as CSV.",
    ),
    "list-empty": (
        "The list has no rows[: {name}].",
        "Nothing was made. Under the header there must be one row for each user.",
    ),
    "list-header-missing": (
        "The first row of the list does not name its columns[: needed are {expected}][, it says {header}].",
        "Nothing was made. Put a first row above the others: account and amount, or for unique pieces account and serial.",
    ),
    "list-column-missing": (
        "A column is missing[: it is called {expected}][; the list has {header}].",
        "Nothing was made. Name the column so in the first row, or say which one it is.",
    ),
    "list-column-ambiguous": (
        "Two columns could be the same[: {columns}].",
        "Nothing was made. Say which one is meant, or rename the other.",
    ),
    "list-column-unusable": (
        "A column holds neither text nor numbers[: {column}][ ({type})].",
        "Nothing was made. Save the column as text or as a number.",
    ),
    "list-sheet-unclear": (
        "It is not clear which sheet is the list[: {name} is not there][; the workbook has {sheets}].",
        "Nothing was made. Say which sheet it is, or keep only that one.",
    ),
    "list-refused": (
        "The list has rows that are wrong[: {count} problems][, the first in line {line}][, the first in row {row}].",
        "Nothing was made. Correct the rows; all problems can be saved as a CSV file.",
    ),
    "database-unusable": (
        "There is no connection to the database[: {reason}][ ({detail})].",
        "Nothing was made. Check address, user and password in the file that holds them, and whether the database runs.",
    ),
    "query-failed": (
        "The database did not answer the query[: {reason}].",
        "Nothing was made. Try the query in the database's own program and correct it.",
    ),
    "query-writes": (
        "The query does something else than read[: {reason}].",
        "Nothing was changed in the database. Only a SELECT can be a list.",
    ),
    "row": (
        "A row of the list is wrong[: line {line}][: row {row}][, column {column}].",
        "Correct the row.",
    ),
    "row-unreadable": (
        "A row cannot be divided into cells[: line {line}][: row {row}][ ({reason})].",
        "Look for a quotation mark that is not closed, or save the list again from the program that made it.",
    ),
    "row-cells": (
        "A row has another number of cells than the first[: line {line}][: row {row}][, {expected} needed][, {got} there].",
        "Put what holds the delimiter, such as 1,234.50, into quotation marks.",
    ),
    "row-formula": (
        "There is a formula[: line {line}][: row {row}][, column {column}][, {cell}].",
        "Put its value there instead: copy the column and paste it as values.",
    ),
    "row-user-missing": (
        "There is no user[: line {line}][: row {row}][, column {column}].",
        "Enter the account's number, address or name.",
    ),
    "row-user-unknown": (
        "Nobody on the chain is called so[: {cell}][, line {line}][, row {row}][, column {column}].",
        "Check the account's number, address or name; a user must be enrolled first.",
    ),
    "row-not-a-user": (
        "The account is not a user's[: {account}][ ({got})][, line {line}][, row {row}][, column {column}].",
        "Only what is owed to users stands in the list.",
    ),
    "row-user-not-in-force": (
        "The user's account is suspended or frozen[: {account}][, line {line}][, row {row}][, column {column}].",
        "What is owed to the user counts all the same.",
    ),
    "row-user-twice": (
        (
            "A user stands there twice[: account {account}][, line {line}][, row {row}][, column {column}]"
            "[; the first time at {first}]."
        ),
        "Put both amounts into one row, or remove the one that is wrong.",
    ),
    "row-voucher": (
        "The row is about another voucher[: {cell}][ instead of {voucher}][, line {line}][, row {row}][, column {column}].",
        "A list is for one voucher. Remove the rows of the others.",
    ),
    "row-amount-missing": (
        "There is no amount[: line {line}][: row {row}][, column {column}].",
        "Enter the amount; 0 where nothing is owed.",
    ),
    "row-amount-unreadable": (
        "This is not an amount[: {cell}][, line {line}][, row {row}][, column {column}].",
        "Write it as 1234.50 or 1,234.50, without currency and with a point before the decimals.",
    ),
    "row-amount-negative": (
        "The amount is negative[: {cell}][, line {line}][, row {row}][, column {column}].",
        "What a user owes does not lessen what is owed to others. Enter 0, or leave the row out.",
    ),
    "row-amount-too-fine": (
        "The amount has too many decimals[: {cell}][ for {decimals}][, line {line}][, row {row}][, column {column}].",
        "Nothing is rounded here. Enter an amount that the voucher can have.",
    ),
    "row-amount-too-large": (
        "The amount is larger than any voucher can have[: {cell}][, line {line}][, row {row}][, column {column}].",
        "Check the decimal point.",
    ),
    "row-amount-inexact": (
        "The number is not exactly what it seems to be[: {cell}][, line {line}][, row {row}][, column {column}].",
        "Numbers in spreadsheets keep 15 digits. Save the cell as text.",
    ),
    "row-total-too-large": (
        "From here on the sum is larger than any voucher can have[: line {line}][: row {row}][, column {column}].",
        "Check the decimal points of the amounts.",
    ),
    "row-serial-unreadable": (
        "This is not the serial of a piece[: {cell}][, line {line}][, row {row}][, column {column}].",
        "Write it as a whole number.",
    ),
    "row-serial-twice": (
        "A piece stands there twice[: {serial}][, line {line}][, row {row}][, column {column}][; the first time at {first}].",
        "A piece belongs to one user. Remove the row that is wrong.",
    ),
    "row-serial-not-held": (
        "The custodian does not hold the piece[: {serial}][, line {line}][, row {row}][, column {column}].",
        "Check the serial, or have the piece transferred to the custodian first.",
    ),
}
