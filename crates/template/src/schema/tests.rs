//! The table as a whole, and what the types that everyone uses say.

use super::file::{self, Names};
use super::*;

fn path(pointer: &str) -> PropertyPath {
    PropertyPath::of_pointer(pointer)
}

#[test]
fn every_type_is_decoded_and_says_where_it_is_offered() {
    let table = Table::new();
    let names: Vec<&str> = table.names().collect();
    assert_eq!(names.len(), 1898);
    assert!(names.is_sorted());
    let mut properties = 0;
    for name in &names {
        let schema = table.resource(name).unwrap();
        assert_eq!(&*schema.name, *name);
        assert!(!schema.regions.is_empty(), "{name}");
        properties += schema.root.properties.len();
        for extension in &schema.extensions {
            let region = extension.regions.and_then(|regions| regions.iter().next());
            assert!(
                table.extension(extension, region).is_some(),
                "{extension:?}"
            );
        }
    }
    assert_eq!(properties, 17_914);
}

#[test]
fn the_regions_of_the_file_are_those_of_the_code() {
    let named: Vec<&str> = (0..file::count(Names::Regions))
        .map(|position| file::name(Names::Regions, position))
        .collect();
    let known: Vec<&str> = Regions::ALL.iter().map(Region::as_str).collect();
    assert_eq!(named, known);
}
