"""The messages of the checks by their ids, which stay as they are from version to version, and how grave each is."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """How grave a finding is.

    An error stops the work; a warning is probably not meant; a hint is worth a look.
    """

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class MessageId(StrEnum):
    """What can be said about an input; the value is the stable id.

    The words are the entries ``ID.problem`` and ``ID.repair`` of the catalogues of the domain ``checks``.
    """

    FILE_NO_FOLDER = "file.no-folder"
    FILE_NO_FILE = "file.no-file"
    FILE_NO_POOL = "file.no-pool"
    FILE_NOT_ASSUMPTIONS = "file.not-assumptions"
    FILE_UNKNOWN = "file.unknown"
    FILE_NOT_UTF8 = "file.not-utf8"
    FILE_NOT_CSV = "file.not-csv"
    FILE_EMPTY = "file.empty"
    FILE_SEPARATOR = "file.separator"
    FILE_NO_HEADER = "file.no-header"
    FILE_COLUMN_TWICE = "file.column-twice"
    FILE_COLUMNS_WITHOUT_NAME = "file.columns-without-name"
    FILE_TOO_LARGE = "file.too-large"
    FILE_TOO_MANY_COLUMNS = "file.too-many-columns"
    FILE_RAGGED_ROW = "file.ragged-row"
    SETTINGS_NOT_TOML = "settings.not-toml"
    JSON_DAMAGED = "json.damaged"
    JSON_KEY_TWICE = "json.key-twice"
    JSON_TOO_DEEP = "json.too-deep"
    JSON_NO_NUMBER = "json.no-number"
    JSON_NO_TABLES = "json.no-tables"
    JSON_NO_RECORDS = "json.no-records"
    JSON_NO_SETTINGS = "json.no-settings"
    JSON_NOT_A_VALUE = "json.not-a-value"
    WORKBOOK_LOCKED = "workbook.locked"
    WORKBOOK_DAMAGED = "workbook.damaged"
    WORKBOOK_TOO_LARGE = "workbook.too-large"
    WORKBOOK_TOO_WIDE = "workbook.too-wide"
    WORKBOOK_FORMULAS = "workbook.formulas"
    WORKBOOK_LOST_CELL = "workbook.lost-cell"
    WORKBOOK_UNKNOWN_SHEET = "workbook.unknown-sheet"
    SETTINGS_KEY_TWICE = "settings.key-twice"
    SETTINGS_UNKNOWN_KEY = "settings.unknown-key"
    SETTINGS_NOT_HONOURED = "settings.not-honoured"
    SETTINGS_NOT_A_NUMBER = "settings.not-a-number"
    SETTINGS_NOT_WHOLE = "settings.not-whole"
    SETTINGS_NOT_TEXT = "settings.not-text"
    SETTINGS_FORM = "settings.form"
    SETTINGS_NOT_A_CHOICE = "settings.not-a-choice"
    TABLE_UNKNOWN = "table.unknown"
    TABLE_NOT_HONOURED = "table.not-honoured"
    TABLE_MEMBERS_MISSING = "table.members-missing"
    TABLE_NO_MEMBERS = "table.no-members"
    TABLE_NOTHING_TO_PLAN = "table.nothing-to-plan"
    TABLE_NO_OFFERS = "table.no-offers"
    TABLE_NO_CARRIERS = "table.no-carriers"
    COLUMN_UNKNOWN = "column.unknown"
    COLUMN_MISSING = "column.missing"
    COLUMN_NOT_HONOURED = "column.not-honoured"
    CELL_BLANK = "cell.blank"
    CELL_FLOAT_CODE = "cell.float-code"
    CELL_NOT_A_CHOICE = "cell.not-a-choice"
    CELL_NOT_ABOVE = "cell.not-above"
    CELL_BELOW_LIMIT = "cell.below-limit"
    CELL_ABOVE_LIMIT = "cell.above-limit"
    CELL_NUMBER_TOO_LARGE = "cell.number-too-large"
    CELL_NUMBER_TOO_SMALL = "cell.number-too-small"
    CELL_TOO_LONG = "cell.too-long"
    CELL_DAY_OUT_OF_RANGE = "cell.day-out-of-range"
    CELL_DIRECTION_MARKS = "cell.direction-marks"
    CELL_HIDDEN_CHARACTERS = "cell.hidden-characters"
    CELL_DECIMAL_POINT = "cell.decimal-point"
    CELL_NOT_A_NUMBER = "cell.not-a-number"
    CELL_NOT_WHOLE = "cell.not-whole"
    CELL_NOT_A_FLAG = "cell.not-a-flag"
    CELL_NO_SUCH_DAY = "cell.no-such-day"
    CELL_NOT_ISO_DATE = "cell.not-iso-date"
    CELL_CONTROL_CHARACTERS = "cell.control-characters"
    CELL_BAR_IN_CODE = "cell.bar-in-code"
    CELL_ACCOUNT_CODE = "cell.account-code"
    CELL_EMPTY_ENTRY = "cell.empty-entry"
    CELL_LIST_SEPARATOR = "cell.list-separator"
    CELL_NOT_A_SCOPE = "cell.not-a-scope"
    CODE_REPEATED = "code.repeated"
    CODE_UNKNOWN = "code.unknown"
    CODE_NOT_ONE_VALUE = "code.not-one-value"
    CODE_ALIKE = "code.alike"
    CODE_SAME_NAME = "code.same-name"
    SITE_HALF_COORDINATES = "site.half-coordinates"
    SITE_AMBIGUOUS = "site.ambiguous"
    SITE_UNKNOWN = "site.unknown"
    SITE_WITHOUT_COORDINATES = "site.without-coordinates"
    SITE_OFF_THE_ROADS = "site.off-the-roads"
    SITE_NOT_CONNECTED = "site.not-connected"
    NEED_IDLE_MEMBER = "need.idle-member"
    NEED_DUE_BEFORE_ORDER = "need.due-before-order"
    NEED_NOT_OFFERED = "need.not-offered"
    NEED_ONLY_OUTSIDE = "need.only-outside"
    NEED_NOT_ELIGIBLE = "need.not-eligible"
    NEED_ADDED_UP = "need.added-up"
    OFFER_PRICE_RISES = "offer.price-rises"
    OFFER_EXPIRED = "offer.expired"
    OFFER_NOT_YET_VALID = "offer.not-yet-valid"
    OFFER_NEVER_VALID = "offer.never-valid"
    OFFER_NO_ORDER_DATE = "offer.no-order-date"
    OFFER_OTHER_UNIT = "offer.other-unit"
    OFFER_CAPACITY_BELOW_NEED = "offer.capacity-below-need"
    PRICE_OUTLIER = "price.outlier"
    PRICE_ZERO_BESIDE_OTHERS = "price.zero-beside-others"
    PRICE_ZERO_EVERYWHERE = "price.zero-everywhere"
    NEED_QUANTITY_OUTLIER = "need.quantity-outlier"
    NEED_CHEAPER_TODAY = "need.cheaper-today"
    NEED_DEARER_TODAY = "need.dearer-today"
    NEED_SINGLE_BUYER = "need.single-buyer"
    NEED_BEFORE_LEAD_TIME = "need.before-lead-time"
    OFFER_REGULATED_BREAKS = "offer.regulated-breaks"
    OFFER_CAPACITY_BELOW_MINIMUM = "offer.capacity-below-minimum"
    OFFER_NO_MULTIPLE = "offer.no-multiple"
    OFFER_BREAK_ABOVE_CAPACITY = "offer.break-above-capacity"
    REBATE_FALLS = "rebate.falls"
    SUPPLIER_WITHOUT_SITE = "supplier.without-site"
    SUPPLIER_MINIMUM_ABOVE_CAPACITY = "supplier.minimum-above-capacity"
    RULE_NOT_FOR_A_SUPPLIER = "rule.not-for-a-supplier"
    RULE_NOT_WHOLE = "rule.not-whole"
    RULE_NO_SUPPLIER = "rule.no-supplier"
    RULE_SHARE_ABOVE_100 = "rule.share-above-100"
    RULE_TOO_FEW_SELLERS = "rule.too-few-sellers"
    RULE_MIN_ABOVE_MAX_SUPPLIERS = "rule.min-above-max-suppliers"
    RULE_MIN_ABOVE_MAX_SHARE = "rule.min-above-max-share"
    RULE_SHARES_BELOW_ALL = "rule.shares-below-all"
    RULE_SHARES_ABOVE_ALL = "rule.shares-above-all"
    TARIFF_WITHOUT_COST = "tariff.without-cost"
    ROAD_LOOP = "road.loop"
    CLASS_AGAINST_ITSELF = "class.against-itself"
    CLASS_WITHOUT_GOODS = "class.without-goods"
    SHIPMENT_CLASS_NOT_CARRIED = "shipment.class-not-carried"
    SHIPMENT_DUE_BEFORE_READY = "shipment.due-before-ready"
    SHIPMENT_AT_ONE_SITE = "shipment.at-one-site"
    SHIPMENT_OUT_OF_REACH = "shipment.out-of-reach"
    SHIPMENT_NO_VEHICLE = "shipment.no-vehicle"
    SHIPMENT_TOO_FAR = "shipment.too-far"
    ITEM_CLASS_NOT_CARRIED = "item.class-not-carried"
    ITEM_NOT_CARRIED = "item.not-carried"
    ITEM_WEIGHT_OF_UNIT = "item.weight-of-unit"
    GOODS_DENSITY = "goods.density"
    ITEM_WITHOUT_WEIGHT = "item.without-weight"
    RESULT_MISSING = "result.missing"
    RESULT_DAMAGED = "result.damaged"
    RESULT_OTHER_FORMAT = "result.other-format"
    RESULT_INPUT_CHANGED = "result.input-changed"
    IMPORT_NO_FILE = "import.no-file"
    IMPORT_EMPTY = "import.empty"
    IMPORT_UNKNOWN_ENCODING = "import.unknown-encoding"
    IMPORT_NOT_DECODED = "import.not-decoded"
    IMPORT_ENCODING_UNCLEAR = "import.encoding-unclear"
    IMPORT_NULL_BYTES = "import.null-bytes"
    IMPORT_NO_DELIMITER = "import.no-delimiter"
    IMPORT_DELIMITER_UNCLEAR = "import.delimiter-unclear"
    IMPORT_NOT_CSV = "import.not-csv"
    IMPORT_NOT_A_WORKBOOK = "import.not-a-workbook"
    IMPORT_WHICH_SHEET = "import.which-sheet"
    IMPORT_LOST_CELL = "import.lost-cell"
    IMPORT_NO_HEADER = "import.no-header"
    IMPORT_RAGGED = "import.ragged"
    IMPORT_COLUMN_GONE = "import.column-gone"
    IMPORT_HELPER_GONE = "import.helper-gone"
    IMPORT_NOT_A_COLUMN = "import.not-a-column"
    IMPORT_NO_SUCH_COLUMN = "import.no-such-column"
    IMPORT_TWO_COLUMNS = "import.two-columns"
    IMPORT_TWO_HELPERS = "import.two-helpers"
    IMPORT_ONE_FOR_TWO = "import.one-for-two"
    IMPORT_COLUMN_NOT_FOUND = "import.column-not-found"
    IMPORT_WEIGHT_UNIT = "import.weight-unit"
    IMPORT_NOT_A_WEIGHT = "import.not-a-weight"
    IMPORT_VAT_RATE = "import.vat-rate"
    IMPORT_NOT_A_RATE = "import.not-a-rate"
    IMPORT_NOT_A_NUMBER = "import.not-a-number"
    IMPORT_AGAINST_SIGN = "import.against-sign"
    IMPORT_DECIMAL_UNCLEAR = "import.decimal-unclear"
    IMPORT_NOT_A_DAY = "import.not-a-day"
    IMPORT_DATE_UNCLEAR = "import.date-unclear"
    IMPORT_UNIT_UNKNOWN = "import.unit-unknown"
    IMPORT_CURRENCY = "import.currency"
    IMPORT_MONEY_IN_QUANTITY = "import.money-in-quantity"
    IMPORT_FLOAT_CODE = "import.float-code"
    IMPORT_BLANK = "import.blank"
    IMPORT_NO_PRICE = "import.no-price"
    IMPORT_BREAK_WITHOUT_QUANTITY = "import.break-without-quantity"
    IMPORT_BREAK_UNCLEAR = "import.break-unclear"
    IMPORT_NOT_BREAKS = "import.not-breaks"
    IMPORT_PROFILE_VERSION = "import.profile-version"
    IMPORT_PROFILE_KEY = "import.profile-key"
    IMPORT_PROFILE_NOT_TOML = "import.profile-not-toml"
    IMPORT_TOTAL_DIFFERS = "import.total-differs"
    IMPORT_UNDECIDED = "import.undecided"
    IMPORT_NOT_A_DISCOUNT = "import.not-a-discount"
    IMPORT_CURRENCIES_DIFFER = "import.currencies-differ"
    IMPORT_DISCOUNT_UNCLEAR = "import.discount-unclear"
    IMPORT_HEADERLESS = "import.headerless"
    IMPORT_BLANK_NUMBER = "import.blank-number"
    IMPORT_PARENT_BLANK = "import.parent-blank"
    IMPORT_WEEK = "import.week"
    IMPORT_MATRIX = "import.matrix"
    IMPORT_SCIENTIFIC_CODE = "import.scientific-code"
    IMPORT_LOST_LETTERS = "import.lost-letters"
    IMPORT_GARBLED = "import.garbled"
    IMPORT_DUPLICATES = "import.duplicates"
    IMPORT_REPEATED_OFFER = "import.repeated-offer"
    IMPORT_TWO_PACKAGINGS = "import.two-packagings"
    MEMBER_WITHOUT_KEY = "member.without-key"
    COLUMN_NOT_USED = "column.not-used"
    OFFER_OVERLAP = "offer.overlap"

    @property
    def severity(self) -> Severity:
        """How grave it is: an error unless it is listed as a warning or a hint."""
        if self in _WARNINGS:
            return Severity.WARNING
        return Severity.HINT if self in _HINTS else Severity.ERROR

    @property
    def problem(self) -> str:
        """The key of the catalogue that says what is wrong."""
        return f"{self.value}.problem"

    @property
    def repair(self) -> str:
        """The key of the catalogue that says how to repair it."""
        return f"{self.value}.repair"


_WARNINGS = frozenset(
    {
        MessageId.CODE_ALIKE,
        MessageId.CODE_SAME_NAME,
        MessageId.NEED_IDLE_MEMBER,
        MessageId.NEED_ONLY_OUTSIDE,
        MessageId.NEED_NOT_ELIGIBLE,
        MessageId.NEED_ADDED_UP,
        MessageId.OFFER_PRICE_RISES,
        MessageId.OFFER_EXPIRED,
        MessageId.OFFER_NOT_YET_VALID,
        MessageId.OFFER_OTHER_UNIT,
        MessageId.OFFER_CAPACITY_BELOW_NEED,
        MessageId.PRICE_OUTLIER,
        MessageId.PRICE_ZERO_BESIDE_OTHERS,
        MessageId.PRICE_ZERO_EVERYWHERE,
        MessageId.NEED_QUANTITY_OUTLIER,
        MessageId.NEED_CHEAPER_TODAY,
        MessageId.NEED_BEFORE_LEAD_TIME,
        MessageId.OFFER_BREAK_ABOVE_CAPACITY,
        MessageId.REBATE_FALLS,
        MessageId.RULE_TOO_FEW_SELLERS,
        MessageId.CLASS_WITHOUT_GOODS,
        MessageId.SHIPMENT_AT_ONE_SITE,
        MessageId.ITEM_WEIGHT_OF_UNIT,
        MessageId.GOODS_DENSITY,
        MessageId.IMPORT_TOTAL_DIFFERS,
    }
)
_HINTS = frozenset({MessageId.NEED_DEARER_TODAY, MessageId.NEED_SINGLE_BUYER, MessageId.COLUMN_NOT_USED})
