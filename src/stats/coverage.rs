//! Which of the fields that attribution lives on the valid rows have.

/// Valid rows that have a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// How many were looked at.
    pub rows: u64,
    /// A usable advertising id.
    pub advertising_id: u64,
    /// An IDFV: a device id on iOS.
    pub idfv: u64,
    /// A user's address.
    pub ip_address: u64,
    /// The app's version.
    pub app_version: u64,
    /// A country.
    pub country: u64,
}

impl Coverage {
    /// The fields by their names in the report.
    pub fn fields(&self) -> [(&'static str, u64); 5] {
        [
            ("advertising_id", self.advertising_id),
            ("idfv", self.idfv),
            ("ip_address", self.ip_address),
            ("app_version", self.app_version),
            ("country", self.country),
        ]
    }

    /// Adds the rows of a later chunk.
    pub fn merge(&mut self, later: Coverage) {
        self.rows += later.rows;
        self.advertising_id += later.advertising_id;
        self.idfv += later.idfv;
        self.ip_address += later.ip_address;
        self.app_version += later.app_version;
        self.country += later.country;
    }
}
