//! stub
/// stub
#[derive(Debug)]
pub struct Parcel;
