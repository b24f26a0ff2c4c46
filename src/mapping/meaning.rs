//! What a column that no field takes says of a row: which money it is, or that nobody paid.

use std::collections::BTreeSet;

use super::amount_name::words;
use super::field_names;
use crate::model::plain;
use crate::parse::{currency_code, is_placeholder, yes_no};
use crate::schema::Key;

/// What a column says of a row that decides what money it is, and whether it is any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// The platform.
    Platform,
    /// The currency of the amount.
    Currency,
    /// How many were bought.
    Quantity,
    /// Yes, or a word such as `sandbox`: nobody paid.
    Test,
    /// The same by a no, and that nobody has paid.
    Live,
    /// Yes, an amount or a time: the money went back.
    Refund,
    /// A word: `Refunded`, `failed`.
    Status,
    /// A word among others of a column with any name: `Testkarte`, `Erstattung`.
    Sort,
}

impl Meaning {
    /// The field that takes such a column, if there is one.
    pub fn field(self) -> Option<Key> {
        match self {
            Meaning::Platform => Some(Key::Platform),
            Meaning::Currency => Some(Key::Currency),
            Meaning::Quantity => Some(Key::Quantity),
            Meaning::Test | Meaning::Live | Meaning::Refund | Meaning::Status | Meaning::Sort => {
                None
            }
        }
    }

    /// What a column of this name says, if it says any of it. A path is known by its end.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let name = plain(name.trim_matches(['{', '}', '[', ']']));
        let end = name
            .rsplit('.')
            .next()
            .unwrap_or(&name)
            .trim_start_matches('$');
        let of_field = |meaning: &Meaning| {
            let key = meaning.field();
            key.is_some_and(|key| {
                end == plain(key.name()) || field_names::names(key).any(|known| known == end)
            })
        };
        let fields = [Meaning::Platform, Meaning::Currency, Meaning::Quantity];
        let is_called = |names: &str| names.split_whitespace().any(|known| known == end);
        let other = || OTHERS.iter().find(|(_, names)| is_called(names));
        let is_status = || end.ends_with("status") || end.ends_with("state");
        let known = fields.into_iter().find(of_field);
        let known = known.or_else(|| Some(other()?.0));
        let known = known.or_else(|| is_status().then_some(Meaning::Status));
        known.or_else(|| names_refund(end).then_some(Meaning::Refund))
    }

    /// What a column says whose name says nothing, by its first cells: the currency, or it sorts the
    /// rows, and a word may name a test or a refund. What people write, name or call campaigns is
    /// something else.
    pub(crate) fn of_values<'v>(
        name: &str,
        values: impl Iterator<Item = &'v str> + Clone,
    ) -> Option<Self> {
        if are_currencies(name, values.clone()) {
            return Some(Meaning::Currency);
        }
        let (mut different, mut filled) = (BTreeSet::new(), 0);
        for value in values.take(ENOUGH) {
            if different.len() > SORTS || value.len() > LONGEST {
                return None;
            }
            different.insert(value);
            filled += 1;
        }
        let is_few = different.len() <= SORTS && different.len() * 2 <= filled;
        (is_few && !has_any(&plain(name), NO_SORTS)).then_some(Meaning::Sort)
    }
}

/// Whether most of a column's first cells are codes of currencies. Where all of them are words of
/// another meaning as well, the name has to say it.
pub(crate) fn are_currencies<'v>(name: &str, values: impl Iterator<Item = &'v str>) -> bool {
    let filled = values.filter(|value| !is_placeholder(value));
    let (mut all, mut codes, mut sure) = (0, 0, names_currency(name));
    for code in filled.take(ENOUGH).map(currency_code) {
        all += 1;
        codes += usize::from(code.is_some());
        sure |= code.is_some_and(|code| !is_one_of(code.code(), WORDS_THAT_ARE_CODES));
    }
    sure && codes * 10 >= all * 8
}

/// Codes of currencies that are English words, or what columns of other things say.
const WORDS_THAT_ARE_CODES: &str =
    "ALL AMD AUD BAM BOB CAD CHE COP CUP GEL MAD MOP PAB PEN RON RUB SAR SOS TOP TRY";

fn names_currency(name: &str) -> bool {
    let is_one = |word: &String| {
        is_one_of(word, "cur curr ccy") || CURRENCIES.split(' ').any(|stem| word.starts_with(stem))
    };
    words(name).iter().any(is_one)
}

/// What the words for a currency begin with, by language.
const CURRENCIES: &str = "currenc iso4217 waehr währ devis monnaie divis moned valut moeda";

/// Whether the names of two columns share a word, as those of an amount and its currency:
/// `local_amount`, `local_cur`.
pub(crate) fn share_a_word(amount: &str, currency: &str) -> bool {
    let (amount, currency) = (words(amount), words(currency));
    amount.iter().any(|word| currency.contains(word))
}

impl Meaning {
    /// Whether a cell says that nobody paid, or that nothing is left of it.
    pub(crate) fn denies_payment(self, text: &str) -> bool {
        let Some(text) = text.get(..text.floor_char_boundary(LONGEST)) else {
            return false;
        };
        let word = text.trim().to_lowercase();
        match self {
            Meaning::Platform | Meaning::Currency | Meaning::Quantity => false,
            Meaning::Test => yes_no(&word) == Some(true) || is_one_of(&word, TESTS),
            Meaning::Live => {
                yes_no(&word) == Some(false) || is_one_of(&word, TESTS) || has_any(&word, UNPAID)
            }
            Meaning::Status => has_any(&word, UNPAID) || names_no_payment(&word),
            Meaning::Sort => names_no_payment(&word),
            Meaning::Refund => !is_nothing(&word),
        }
    }
}

/// The most bytes of a cell that are looked at.
const LONGEST: usize = 100;
/// What is no purchase where the column says of which sort it is.
const TESTS: &str = "sandbox test testing tests dev development debug staging qa xcode prueba pruebas prova \
    essai teste";
/// What shops' exports say of a payment that was none, or of which nothing is left.
const UNPAID: &str = "refund fail cancel declin void chargeback pending unpaid revers storn erstatt \
    fehlgeschlagen abgebrochen abgelehnt ausstehend rembours échou echou annul refus \
    reembols fallid anulad pendiente rechaz rimbors fallit rifiut estorn falhou recus \
    pendente";

/// What the names of refunds have in them, in plain.
const REFUNDS: &str = "refund erstatt rückzahl rueckzahl rückbuch rueckbuch gutschrift storn rembours reembols \
    rimbors estorn chargeback chargedback creditnote devoluc devoluç devolut devuelt zwrot zwróc zwroc \
    retour returned rückgab rueckgab";
/// Words for a refund that others have in them, too.
const REFUND_WORDS: &str = "reso resi iade iadesi iadeler storno returns";
/// What they have in them if it is about refunds to come, or none.
const NO_REFUNDS: &str = "able abile ável fähig policy until deadline frist window bis recht";
/// Words of a file's name that say that refunds are not in it.
const WITHOUT: &str = "without ohne excl excluding excluded except sans senza removed bereinigt";
/// What the names of columns have in them that are not about the payment.
const NO_SORTS: &str = "comment kommentar comentario note notiz bemerkung campaign kampagne adset adgroup \
    creative keyword source quelle channel kanal partner network experiment variant abtest \
    cohort bucket group gruppe segment tag label product produkt item artikel sku name title \
    titel user reason grund description beschreibung event action screen level";
/// The most different words of a column that sorts rows.
const SORTS: usize = 20;
/// The most cells that are looked at for them.
const ENOUGH: usize = 1_000;

fn has_any(text: &str, parts: &str) -> bool {
    parts.split(' ').any(|part| text.contains(part))
}

/// Whether a name, in plain, is that of refunds that were made.
pub(crate) fn names_refund(name: &str) -> bool {
    has_any(name, REFUNDS) && !has_any(name, NO_REFUNDS)
}

fn is_one_of(word: &str, words: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// Whether the name of a file says that its rows are refunds: `2026-11-26_erstattungen.csv`.
pub(crate) fn is_file_of_refunds(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    // Some systems keep an umlaut as two characters.
    let words = words(&name.replace("u\u{308}", "ü").replace("U\u{308}", "Ü"));
    let mut pairs = words.windows(2).map(<[String]>::concat);
    let is_pair = |pair: String| REFUNDS.split(' ').any(|stem| pair.starts_with(stem));
    let is_one = |word: &String| names_refund(word) || is_one_of(word, REFUND_WORDS);
    let is_denied = words
        .windows(2)
        .any(|two| is_one_of(&two[0], "no not non") && is_one(&two[1]));
    (words.iter().any(is_one) || pairs.any(is_pair))
        && !is_denied
        && !words.iter().any(|word| is_one_of(word, WITHOUT))
}

/// Whether a word names a test or a refund wherever it stands: `Testkarte`, `Erstattung`.
fn names_no_payment(word: &str) -> bool {
    let is_about_tests = || {
        let parts = word.split(|c: char| !c.is_alphanumeric());
        let mut parts = parts.filter(|part| !part.is_empty());
        // Testkarte, Testbestellung, Testzahlung, Testmodus, testpayment, testorder.
        let starts = ["testk", "testb", "testz", "testm", "testp", "testord"];
        let is_compound = |part: &str| starts.iter().any(|start| part.starts_with(start));
        parts.any(|part| is_one_of(part, TESTS) || is_compound(part))
    };
    let mut words = word.split(|c: char| !c.is_alphanumeric());
    words.any(|word| is_one_of(word, REFUND_WORDS))
        || has_any(&plain(word), REFUNDS)
        || is_about_tests()
}

/// No, zero, or a word for neither.
fn is_nothing(word: &str) -> bool {
    let is_zero = || {
        let is_part = |c: char| c.is_ascii_digit() || !c.is_alphanumeric();
        word.chars().all(is_part) && !word.contains(|c: char| ('1'..='9').contains(&c))
    };
    let denies = ["not ", "no ", "non ", "nicht ", "kein", "não "];
    is_zero() || yes_no(word) == Some(false) || denies.iter().any(|no| word.starts_with(no))
}

/// What no field takes.
const OTHERS: &[(Meaning, &str)] = &[
    (
        Meaning::Test,
        "test istest testkauf testmode testpurchase testorder istestorder testbestellung sandbox \
         issandbox sandboxpurchase environment env mode umgebung achattest commandetest essai \
         environnement prueba esprueba compraprueba compradeprueba entorno prova acquistotest \
         acquistodiprova ambiente teste eteste compradeteste compratest",
    ),
    (
        Meaning::Live,
        "live livemode islive production isproduction paid ispaid bezahlt istbezahlt gezahlt \
         istgezahlt payé paye payée payee estpayé pagado pagada estapagado pagato pagata pago paga \
         captured success successful successo succès erfolgreich erfolg",
    ),
    (
        Meaning::Refund,
        "avoir notadecredito notadicredito reso iade returns",
    ),
    (
        Meaning::Status,
        "statut estado etat état stato situação situacao",
    ),
];
