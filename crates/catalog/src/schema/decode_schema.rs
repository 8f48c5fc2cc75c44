//! Decodes schemas: a bit for each keyword that is present, then the values of the keywords.

use super::decode::Reader;
use super::format::{DATA_KEYWORDS, KeywordBit};
use super::{
    AdditionalProperties, Combined, Condition, ConditionIndex, DefinitionRef, FromData, Gather,
    GatheredProperty, GatheredResource, Schema,
};

/// The bits of a schema.
struct Bits(u64);

impl Bits {
    fn has(&self, keyword: KeywordBit) -> bool {
        self.0 & keyword.mask() != 0
    }

    /// Returns whether the schema has only `if`, or only `if` and `then`.
    fn is_condition(&self) -> bool {
        let others = !(KeywordBit::If.mask() | KeywordBit::Then.mask());
        self.has(KeywordBit::If) && self.0 & others == 0
    }
}

impl Reader {
    /// Reads a schema.
    pub(super) fn schema(&mut self) -> Schema {
        let bits = Bits(self.number());
        self.keywords(&bits)
    }

    fn keywords(&mut self, bits: &Bits) -> Schema {
        let mut schema = Schema::default();
        if bits.has(KeywordBit::Ref) {
            let target = self.count();
            schema.definition = Some(match target & 1 {
                0 => DefinitionRef::Named(target >> 1),
                _ => DefinitionRef::Property(target >> 1),
            });
        }
        if bits.has(KeywordBit::Type) {
            schema.types = self.types();
        }
        schema.pattern = bits.has(KeywordBit::Pattern).then(|| self.text());
        schema.length.min = bits.has(KeywordBit::MinLength).then(|| self.number());
        schema.length.max = bits.has(KeywordBit::MaxLength).then(|| self.number());
        schema.items = bits.has(KeywordBit::Items).then(|| Box::new(self.schema()));
        schema.format = bits.has(KeywordBit::Format).then(|| self.text());
        if bits.has(KeywordBit::Properties) {
            schema.properties = self.named(Self::schema);
        }
        if bits.has(KeywordBit::AdditionalProperties) {
            schema.additional = match self.flag() {
                false => AdditionalProperties::None,
                true => AdditionalProperties::Of(Box::new(self.schema())),
            };
        }
        if bits.has(KeywordBit::Required) {
            schema.required = self.texts();
        }
        schema.values = bits.has(KeywordBit::Enum).then(|| self.literals());
        schema.item_count.min = bits.has(KeywordBit::MinItems).then(|| self.number());
        schema.item_count.max = bits.has(KeywordBit::MaxItems).then(|| self.number());
        schema.range.min = bits.has(KeywordBit::Minimum).then(|| self.float());
        schema.range.max = bits.has(KeywordBit::Maximum).then(|| self.float());
        schema.unique_items = bits.has(KeywordBit::UniqueItems);
        schema.unordered = bits.has(KeywordBit::Unordered);
        schema.never = bits.has(KeywordBit::Never);
        if bits.has(KeywordBit::PatternProperties) {
            schema.pattern_properties = self.many(|reader| (reader.text(), reader.schema()));
        }
        if bits.0 >= KeywordBit::FIRST_COMBINED.mask() {
            schema.combined = Some(Box::new(self.combined(bits)));
        }
        schema
    }

    /// Reads the keywords that few schemas have.
    fn combined(&mut self, bits: &Bits) -> Combined {
        let mut combined = Combined::default();
        self.branches(bits, &mut combined);
        if bits.has(KeywordBit::Const) {
            combined.constant = Some(self.literal());
        }
        combined.case_insensitive_values = bits
            .has(KeywordBit::EnumCaseInsensitive)
            .then(|| self.literals());
        combined.exclusive_minimum = bits.has(KeywordBit::ExclusiveMinimum).then(|| self.float());
        combined.exclusive_maximum = bits.has(KeywordBit::ExclusiveMaximum).then(|| self.float());
        combined.multiple_of = bits.has(KeywordBit::MultipleOf).then(|| self.float());
        if bits.has(KeywordBit::PrefixItems) {
            combined.prefix_items = self.many(Self::schema);
        }
        combined.contains = bits.has(KeywordBit::Contains).then(|| self.schema());
        combined.max_unique_items = bits.has(KeywordBit::MaxUniqueItems).then(|| self.number());
        if bits.has(KeywordBit::UniqueKeys) {
            combined.unique_keys = self.texts();
        }
        combined.property_count.min = bits.has(KeywordBit::MinProperties).then(|| self.number());
        combined.property_count.max = bits.has(KeywordBit::MaxProperties).then(|| self.number());
        combined.property_names = bits.has(KeywordBit::PropertyNames).then(|| self.schema());
        if bits.has(KeywordBit::DependentRequired) {
            combined.dependent_required = self.named(Self::texts);
        }
        if bits.has(KeywordBit::DependentExcluded) {
            combined.dependent_excluded = self.named(Self::texts);
        }
        if bits.has(KeywordBit::RequiredXor) {
            combined.required_xor = self.texts();
        }
        if bits.has(KeywordBit::RequiredOr) {
            combined.required_or = self.texts();
        }
        if bits.has(KeywordBit::FromData) {
            combined.from_data = self.many(Self::gathered_keyword);
        }
        combined.gather = bits.has(KeywordBit::Gather).then(|| self.gather());
        combined
    }

    fn branches(&mut self, bits: &Bits, combined: &mut Combined) {
        if bits.has(KeywordBit::AllOf) {
            let mut are_alone = Vec::new();
            combined.all_of = self.many(|reader| {
                let bits = Bits(reader.number());
                are_alone.push(bits.is_condition());
                reader.keywords(&bits)
            });
            combined.all_of_index = ConditionIndex::of(&combined.all_of, &are_alone);
        }
        if bits.has(KeywordBit::AnyOf) {
            combined.any_of = self.many(Self::schema);
        }
        if bits.has(KeywordBit::OneOf) {
            combined.one_of = self.many(Self::schema);
        }
        combined.not = bits.has(KeywordBit::Not).then(|| self.schema());
        combined.condition = bits.has(KeywordBit::If).then(|| Condition {
            test: self.schema(),
            then: bits.has(KeywordBit::Then).then(|| self.schema()),
            otherwise: bits.has(KeywordBit::Else).then(|| self.schema()),
        });
    }

    fn gathered_keyword(&mut self) -> FromData {
        let (_, keyword) = DATA_KEYWORDS[self.count()];
        let pointer = (self.text(), self.text());
        let lookup = self.named(Self::text);
        FromData {
            keyword,
            pointer,
            lookup: (!lookup.is_empty()).then_some(lookup),
        }
    }

    fn gather(&mut self) -> Gather {
        Gather {
            literals_only: self.flag(),
            gathered: self.named(|reader| GatheredResource {
                reference: reader.optional(Self::path),
                kind: reader.optional(Self::text),
                properties: reader.named(Self::gathered),
            }),
            schema: self.schema(),
        }
    }

    fn gathered(&mut self) -> GatheredProperty {
        match self.count() {
            0 => GatheredProperty::Type,
            1 => GatheredProperty::Property(self.path(), None),
            _ => GatheredProperty::Property(self.path(), Some(self.literal())),
        }
    }
}
