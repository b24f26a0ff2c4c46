//! How exports in the wild call what Tenjin's fields are, the surest name first.
//!
//! Without case, spaces, underscores and dashes, as all names are compared. The names are those
//! of shops' order exports, of app analytics, and of the vendors that have a preset.

use crate::schema::Key;

/// What the names of times of day have in them, in plain.
pub(super) const CLOCKS: &[&str] = &["zeit", "time", "clock", "hora", "heure", "orario", "ora"];

/// The names of a field, its own aside.
pub(super) fn names(key: Key) -> std::str::SplitWhitespace<'static> {
    let line = NAMES.iter().find(|(known, _)| *known == key);
    line.map_or("", |(_, names)| names).split_whitespace()
}

const NAMES: &[(Key, &str)] = &[
    (Key::Kind, "rowkind recordkind"),
    (
        Key::EventTime,
        "eventtime eventtimestamp eventdate eventdatetime occurredat happenedat \
         purchasedat purchasedate purchasetime transactiondate transactiontime paidat \
         orderdate ordertime orderedat timestamp datetime time ts date clienttime clientts \
         createdat created createddate createddate(utc) created(utc) servertime bestelldatum \
         kaufdatum datum zeit zeitpunkt fecha fechahora data dataora datahora horodatage \
         datazakupu datazamówienia datazamowienia",
    ),
    (
        Key::EventId,
        "transactionid storetransactionid orderid orderno ordernumber purchaseid \
         receiptid eventuuid messageid insertid $insertid uuid rowid bestellnummer bestellnr \
         bestellung auftragsnummer bestellid transaktionsid transaktionsnummer belegnummer \
         rechnungsnummer vorgangsnummer commande numérodecommande numerodecommande idcommande \
         idtransaction idtransacción idtransaccion pedido númerodepedido numerodepedido idpedido \
         ordine numeroordine idordine idtransazione idtransação idtransacao order id invoiceid \
         zamówienie zamowienie numerzamówienia numerzamowienia",
    ),
    (
        Key::BundleId,
        "bundleidentifier bundle packagename apppackagename package packageid pkg pkgname appid app \
         applicationid appidentifier appnamespace namespace appname idaplikacji",
    ),
    (
        Key::Platform,
        "os osname operatingsystem deviceplatform appplatform clientplatform plattform \
         betriebssystem plateforme systeme système plataforma sistema sistemaoperativo \
         sistemaoperacional piattaforma store platforma system",
    ),
    (
        Key::OsVersion,
        "osver deviceosversion systemversion iosversion androidversion apilevel sdkint \
         deviceos osversionname os betriebssystemversion wersjaos wersjasystemu api",
    ),
    (
        Key::AnalyticsInstallationId,
        "tenjininstallationid tenjinid installationid installid install installation installationsid installationskennung \
         idinstallation idd'installation idinstalación idinstalacion iddeinstalación \
         iddeinstalacion idinstallazione iddiinstallazione idinstalação idinstalacao \
         iddeinstalação iddeinstalacao idinstalacji",
    ),
    (
        Key::AdvertisingId,
        "idfa gaid gpsadid googleadid googleadvertisingid aaid oaid ifa \
         advertisingidentifier deviceadid iosifa googleaid werbeid werbekennung \
         werbeidentifikator idpublicitaire identifiantpublicitaire idpublicitario \
         idpublicidad iddepublicidad identificadordepublicidad iddeanuncio idpubblicitario \
         idpubblicità idpubblicita idpublicidade iddepublicidade iddeanúncio idreklamowy \
         identyfikatorreklamowy",
    ),
    (
        Key::DeveloperDeviceId,
        "idfv vendorid vendoridentifier identifierforvendor iosifv androidid deviceid \
         geräteid geraeteid gerätekennung geraetekennung herstellerid idappareil idd'appareil \
         iddel'appareil identifiantappareil iddispositivo iddeldispositivo iddedispositivo \
         iddodispositivo identificadordedispositivo",
    ),
    (
        Key::CustomerUserId,
        "customerid customer userid uid user appuserid accountid playerid memberid \
         profileid externalid distinctid kundennummer kundenid kunde player \
         nutzerid benutzerid spielerid idclient idutilisateur identifiantutilisateur idjoueur \
         idcliente idusuario iddeusuario idjugador idutente idgiocatore idusuário iddousuário \
         idjogador idużytkownika iduzytkownika idklienta idgracza",
    ),
    (
        Key::AppVersion,
        "appver appversionname version buildversion",
    ),
    (
        Key::IpAddress,
        "ip clientip deviceip userip remoteaddr remoteip ipaddr ipadresse adresseip \
         direcciónip direccionip indirizzoip endereçoip enderecoip",
    ),
    (
        Key::Country,
        "countrycode countryiso geoipcountrycode geo land ländercode pays codepays país pais \
         códigopaís codigopais paese codicepaese",
    ),
    (Key::DeviceModel, "model device devicename devicetype"),
    (
        Key::Event,
        "eventname eventtype action actionname name type",
    ),
    (
        Key::ProductId,
        "sku productsku product productname productidentifier itemid item itemname \
         articleid artikelnummer artikel produkt offerid planid article articolo artículo \
         articulo artigo produit producto prodotto produto idproduktu",
    ),
    (
        Key::Price,
        "unitprice itemprice einzelpreis stückpreis prixunitaire preciounitario prezzounitario \
         preçounitário precounitario preis prix precio prezzo preço preco priceamount amount \
         revenue total totalprice linetotal ordertotal gross grossamount purchaseamount value \
         betrag gesamtbetrag summe umsatz montant montanttotal importe importo valor kwota cena \
         wartość wartosc",
    ),
    (
        Key::Quantity,
        "qty count units menge anzahl stück stueck stückzahl quantité quantite cantidad quantità \
         quantita quantidade pieces pcs itemcount stk unités unites unidades \
         pezzi peças pecas ilość ilosc sztuk",
    ),
    (
        Key::Currency,
        "currencycode currencyiso curr isocurrency pricecurrency revenuecurrency ordercurrency \
         transactioncurrency waehrung währung währungscode devise monnaie divisa moneda valuta \
         moeda waluta",
    ),
];
