"""What a ledger is told, sentence by sentence, under the codes of its findings. `words` fills them in."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

UNREADABLE = {
    "empty": _("The file is empty. Save the ledger again, with its headings and rows, and choose that file."),
    "password": _(
        "The file is protected by a password. Open it in Excel, remove the password, save it, and choose it again."
    ),
    "old_excel": _("This is an old Excel file (.xls). Open it in Excel and save it as .xlsx or .csv."),
    "macros": _("This workbook contains macros. Save it as a plain workbook (.xlsx) or as .csv."),
    "other_spreadsheet": _("This spreadsheet is neither .xlsx nor .csv. Save it as one of them."),
    "not_a_ledger": _("This is not a ledger: it is neither .xlsx nor .csv. Save the ledger as one of them."),
    "broken_workbook": _("The workbook is damaged. Open it in Excel, save it anew as .xlsx, and choose it again."),
    "unpacks_too_big": _(
        "The workbook would unpack to more than {limit} MB. Save its ledger sheet alone as .xlsx or .csv."
    ),
    "sheet_too_big": _(
        "A sheet has cells beyond what a ledger holds ({columns} columns, {rows} rows). "
        "Delete stray cells far right or far below, or save the ledger as .csv."
    ),
    "too_wide": _(
        "Row {row} has cells beyond what a ledger holds ({columns} columns). "
        "Remove what stands far right, and choose the file again."
    ),
    "formulas": _(
        "The workbook has more than {limit} formulas or errors without a value. "
        "Open it in Excel, save it, and choose it again."
    ),
    "too_big": _("The file has {size} MB; at most {limit} MB can be read. Split it, or remove what is no ledger."),
    "encoding": _("The file is neither UTF-8 nor GB18030 text. In Excel, save it as “CSV UTF-8”."),
    "open_quote": _(
        "From row {row} on, a quotation mark is opened and never closed. Close it, or save the ledger as .xlsx."
    ),
    "cell_too_long": _(
        "Row {row} has a cell of more than {longest} characters. Shorten it, or save the ledger as .xlsx."
    ),
    "no_headings": _(
        "No known heading was found. Put a row of headings above the contracts (customer, number, end at least), "
        "or say which heading is which (--map ends=“Valid until”). Found: {found}"
    ),
    "missing_columns": _(
        "No column for: {missing}. Say which heading it is (--map customer=“Account”). Headings found: {found}"
    ),
    "only_formulas": _(
        "Below the headings there are only formulas whose values were never saved. "
        "Open the ledger in Excel, save it, and choose it again."
    ),
    "no_rows": _("There are headings but no rows below them. Choose the file with the contracts in it."),
    "unknown_field": _("“{field}” is no field of a contract. Fields: {fields}"),
    "unknown_heading": _("There is no heading “{heading}” for {field}. Headings found: {found}"),
    "unknown_mapping": _("No mapping is saved under “{name}”. Saved: {known}"),
    "unknown_zone": _("“{zone}” is not a time zone. Write one such as {near}."),
    "no_file": _("There is no file {name}."),
    "bad_map": _("“{text}” does not say which heading holds which field. Write --map FIELD=HEADING."),
    "cut_short": _("The reading was cut short. Try again; if it happens again, split the file."),
}

UNREADABLE_ON_PAGE = UNREADABLE | {
    "no_headings": _(
        "No known heading was found. Put a row of headings above the contracts (customer, number, end at least), "
        "or say below which heading is which. Found: {found}"
    ),
    "missing_columns": _("No column for: {missing}. Say below which heading it is. Headings found: {found}"),
}
"""Where the reader has a form before them instead of a command."""

REFUSALS = {
    "formula": _(
        "Cell {cell} is a formula whose value was never saved. Open the ledger in Excel, save it, and import it again."
    ),
    "excel_error": _("Cell {cell} shows an error instead of a value. Mend its formula."),
    "too_many_cells": _(
        "The row has more cells than there are headings ({headings}). A comma inside a value needs quotation marks."
    ),
    "no_number": _("The contract number is missing. Write it."),
    "no_customer": _("The customer is missing. Write the name."),
    "nothing_above": _("“Same as above” has nothing above it that could be read. Write it out."),
    "no_end": _("The end is missing. Write the last day, such as 2026-05-15, or a term such as 1 year."),
    "bad_term": _("This is not a term. Write 30 days, 6 weeks, 12 months or 1 year."),
    "term_too_long": _("A term of more than {years} years is no contract's. Is it a year, or a typing error?"),
    "term_without_start": _(
        "A term needs a start to count from. Write the start, or the last day instead of the term."
    ),
    "bad_date": _("This is not a date. Write it as 2026-05-15, or with a time as 2026-05-15 18:00."),
    "no_such_date": _("This date does not exist. Check its year, month and day."),
    "no_such_time": _("This time does not exist. Hours go from 00:00 to 24:00."),
    "open_ended": _(
        "This says that the contract never ends. A promise needs a last minute: "
        "write the last day of the period that is paid for."
    ),
    "republic_year": _(
        "This looks like a year of the Republic (民國). "
        "Say so for the whole ledger (--calendar roc), or write 2013 for 102."
    ),
    "short_year": _("The year has two digits and could be read in several ways. Write it with four."),
    "only_year": _("A year alone names no last day. Write the whole date."),
    "period_in_two": _(
        "This column is for start and end together, yet a second date stands beside it, under no heading. "
        "Write a heading above each of the two."
    ),
    "rounded_number": _(
        "Excel keeps only {digits} digits of a number and has lost the rest. "
        "Format the column as text and write the number again."
    ),
    "too_long": _("The text is longer than {longest} characters. Have the columns slipped?"),
    "negative_value": _("The value is negative. Write what the contract is worth, or leave it blank."),
    "bad_value": _("This is not an amount of money. Write 86400 or ¥86,400.00."),
    "ambiguous_value": _("This could be thousands or decimals. Write 18000 or 18.00."),
    "unknown_currency": _("This is not a currency. Write its three letters, such as CNY, USD or EUR."),
    "two_currencies": _("The amount names one currency and the row another. Which is right? Leave only that one."),
    "bad_seats": _("This is not a number of seats. Write 50."),
    "bad_mail": _("This is not an e-mail address. Correct it, or leave it blank."),
    "unknown_zone": _("This is not a time zone. Write one such as {near}."),
    "zone_abbreviation": _("This abbreviation is used for several zones. Write the zone in full, such as {near}."),
    "country_of_many_zones": _(
        "This country has several time zones. "
        "Name one in a column “time zone”, or for the whole ledger (--zone): {near}"
    ),
    "unknown_country": _("This is not a country. Write its name or its two letters, such as {near}."),
    "unknown_state": _("This is not a US state. Write its two letters, such as NY."),
    "two_customers": _(
        "Rows {rows} give the number {number} to different customers. One number belongs to one customer: which?"
    ),
    "several_ends": _("Rows {rows} have several ends for {number} and no start. Write when each period starts."),
    "overlap": _(
        "The periods of rows {rows} overlap under one number and product ({number}). Which is right? "
        "Keep one of them, or name different products."
    ),
    "waits_for": _(
        "This row is in order, but rows {rows} of the same contract are not. A contract is taken as a whole: "
        "mend them, and load this row together with them."
    ),
    "overlaps_record": _(
        "On record, this contract runs from {starts} until {promised}. The two overlap: which is right?"
    ),
    "ends_earlier": _(
        "On record, this contract was promised until {promised}. It is not ended earlier by a ledger: "
        "if that is right, shorten it by hand on its page, with a reason."
    ),
    "several_products": _("On record, the number {number} covers several products. Name the one that is meant."),
    "other_customer": _("On record, the number {number} belongs to {customer}. Correct the number or the customer."),
    "not_yours": _("This belongs to another team. Ask its owner or an administrator."),
    "cannot_be_stored": _(
        "Something in this row cannot be stored. Look for odd characters and numbers out of all measure."
    ),
    "changed_meanwhile": _(
        "This contract was changed by somebody else at the same moment. Nothing of the row was taken: import it again."
    ),
}

REFUSALS_ON_PAGE = REFUSALS | {
    "republic_year": _(
        "This looks like a year of the Republic (民國). Say so for the whole ledger, or write 2013 for 102."
    ),
    "country_of_many_zones": _(
        "This country has several time zones. Name one in a column “time zone”, or for the whole ledger: {near}"
    ),
}

ASSUMPTIONS = {
    "last_day": _("A date without a time is a last day: the contract is good through its end."),
    "noon_is_midnight": _(
        "Every time in this column is 12:00:00, a 12-hour clock's midnight: the times say nothing, the dates count."
    ),
    "midnight_is_no_time": _("A time of 00:00 is no time of day: the date counts, through its end."),
    "day_first": _("The day comes before the month: “{proof}” in this ledger can be read in no other way."),
    "month_first": _("The month comes before the day: “{proof}” in this ledger can be read in no other way."),
    "orders_mixed": _(
        "Both orders are in this column: “{day_first}” and “{month_first}”. Is each of these dates right?"
    ),
    "ambiguous": _(
        "Day or month first? An end is read as the later day, a start as the earlier, in the customer's favour."
    ),
    "whole_month": _("A month without a day: it starts with the month's first day and ends with its last."),
    "short_year": _("A year of two digits is of this century."),
    "excel_serial": _("A plain number is read as Excel's number of a day."),
    "republic": _("Years are of the Republic (民國): 1911 is added."),
    "same_as_above": _("“Same as above” is read as what the row above has."),
    "merged_down": _("A value merged over several rows counts for each of them."),
    "merged_once": _("An amount merged over several rows is one amount: it counts in the first of them."),
    "offset_converted": _("A time with an offset is told by the customer's clock: {zone}."),
    "heading_scale": _("The heading says {unit}: amounts without a unit of their own are multiplied by {scale}."),
    "encoding_guessed": _(
        "The file does not say how its letters are coded: {encoding} is taken. "
        "Where a name looks wrong, save the ledger as “CSV UTF-8”."
    ),
    "first_of_several_mails": _("Several e-mail addresses are in one cell: the first is taken."),
    "state_of_two_zones": _(
        "The state has two time zones: the one whose day ends later counts, in the customer's favour."
    ),
    "zone_of_state": _("The time zone follows from the state: {zone}."),
    "zone_of_customer": _("The time zone is the customer's: {zone}."),
    "zone_of_country": _("The time zone follows from the country: {zone}."),
    "zone_overrules_place": _(
        "The place in the row would be {place}; the zone that you named for the ledger counts: {zone}."
    ),
    "zone_default": _("No time zone is given: {zone} is taken."),
    "currency_assumed": _("No currency is given: {currency} is taken."),
    "start_corrected": _("On record it starts with the day on which it was loaded: this start is taken."),
    "start_kept": _("On record it starts earlier, with the day on which it was loaded: that start stays."),
    "product_named": _("On record the number has no product: it is {product} now."),
    "no_start": _("No start is given: it starts with the day of this import, or with its last day if that is earlier."),
    "double": _("The row says the same as another one. It counts once."),
    "double_contact": _("The row differs from another one in its contact alone: one term, and both contacts are kept."),
    "joins": _("It begins on the last day of the term before it: it is its renewal and joins it, without an overlap."),
    "skipped_total": _("A total or a remark is no contract: the row was left out."),
    "skipped_note": _("A row without number, customer and end is no contract: it was left out."),
    "skipped_headings_again": _("The headings again: the row was left out."),
    "heading_guessed": _("This heading is taken for: {field}."),
    "heading_rival": _("This column could be {field} too; “{taken}” was taken."),
    "mapped_missing": _("The mapping names “{heading}” for {field}; there is none: {field} stays as it is, or open."),
    "sheet_chosen": _("Of several sheets, this one has the most known headings: it was read."),
    "sheet_also": _("This sheet holds the same fields: it was read too."),
    "sheet_left": _("This sheet has other headings: it was not read."),
    "sheet_hidden": _("This sheet is hidden: it was not read."),
    "product_assumed": _("No product is given: {product} is taken."),
    "owner_unknown": _("Nobody here is called {owner}: the owner stays as it was, or open."),
    "owner_several": _("Several people here are called {owner}: the owner stays as it was, or open. Write an e-mail."),
    "contact_named_twice": _("The ledger has two names for one contact: {name} is kept."),
}
QUESTIONS = frozenset({"ambiguous", "orders_mixed", "heading_guessed", "heading_rival", "zone_default"})
"""What was assumed for want of an answer that the person can give."""

FIELDS = {
    "customer": _("customer"),
    "number": _("contract number"),
    "product": _("product"),
    "starts": _("start"),
    "ends": _("end"),
    "period": _("start and end in one cell"),
    "term": _("term"),
    "value": _("value"),
    "currency": _("currency"),
    "seats": _("seats"),
    "owner": _("owner"),
    "contact_name": _("contact's name"),
    "contact_email": _("contact's e-mail"),
    "time_zone": _("time zone"),
    "country": _("country"),
    "state": _("US state"),
}
