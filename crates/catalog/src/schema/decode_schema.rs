//! Schemas read from a frame: the keywords that one has as bits, then their values.

use super::choice::Choice;
use super::decode::Reader;
use super::{
    Additional, Combined, Condition, Definition, FromData, Gather, Gathered, GatheredProperty,
    Keyword, Schema,
};

/// The first keyword of [`Combined`]; the bits are those of `KEYWORDS` in `encode.py`.
const COMBINED: u32 = 19;

/// The bits of a schema, read one after another.
struct Bits(u64);

impl Bits {
    fn has(&self, bit: u32) -> bool {
        self.0 & (1 << bit) != 0
    }

    /// Whether the schema is an `if`, perhaps with its `then`, and nothing else.
    fn is_condition(&self) -> bool {
        self.has(23) && self.0 & !(1 << 23 | 1 << 24) == 0
    }
}

impl Reader {
    /// A schema.
    pub(super) fn schema(&mut self) -> Schema {
        let bits = Bits(self.number());
        self.keywords(&bits)
    }

    fn keywords(&mut self, bits: &Bits) -> Schema {
        let mut schema = Schema::default();
        if bits.has(0) {
            let target = self.count();
            schema.definition = Some(match target & 1 {
                0 => Definition::Named(target >> 1),
                _ => Definition::Property(target >> 1),
            });
        }
        if bits.has(1) {
            schema.types = self.types();
        }
        schema.pattern = bits.has(2).then(|| self.text());
        schema.length.least = bits.has(3).then(|| self.number());
        schema.length.most = bits.has(4).then(|| self.number());
        schema.items = bits.has(5).then(|| Box::new(self.schema()));
        schema.format = bits.has(6).then(|| self.text());
        if bits.has(7) {
            schema.properties = self.named(Self::schema);
        }
        if bits.has(8) {
            schema.additional = match self.flag() {
                false => Additional::None,
                true => Additional::Of(Box::new(self.schema())),
            };
        }
        if bits.has(9) {
            schema.required = self.texts();
        }
        schema.values = bits.has(10).then(|| self.literals());
        schema.item_count.least = bits.has(11).then(|| self.number());
        schema.item_count.most = bits.has(12).then(|| self.number());
        schema.range.least = bits.has(13).then(|| self.float());
        schema.range.most = bits.has(14).then(|| self.float());
        schema.unique_items = bits.has(15);
        schema.unordered = bits.has(16);
        schema.never = bits.has(17);
        if bits.has(18) {
            schema.pattern_properties = self.many(|reader| (reader.text(), reader.schema()));
        }
        if bits.0 >> COMBINED != 0 {
            schema.combined = Some(Box::new(self.combined(bits)));
        }
        schema
    }

    /// The keywords that only few schemas have.
    fn combined(&mut self, bits: &Bits) -> Combined {
        let mut combined = Combined::default();
        self.branches(bits, &mut combined);
        if bits.has(26) {
            combined.constant = Some(self.literal());
        }
        combined.values_in_any_case = bits.has(27).then(|| self.literals());
        combined.above = bits.has(28).then(|| self.float());
        combined.below = bits.has(29).then(|| self.float());
        combined.multiple_of = bits.has(30).then(|| self.float());
        if bits.has(31) {
            combined.prefix_items = self.many(Self::schema);
        }
        combined.contains = bits.has(32).then(|| self.schema());
        combined.max_unique_items = bits.has(33).then(|| self.number());
        if bits.has(34) {
            combined.unique_keys = self.texts();
        }
        combined.property_count.least = bits.has(35).then(|| self.number());
        combined.property_count.most = bits.has(36).then(|| self.number());
        combined.property_names = bits.has(37).then(|| self.schema());
        if bits.has(38) {
            combined.dependent_required = self.named(Self::texts);
        }
        if bits.has(39) {
            combined.dependent_excluded = self.named(Self::texts);
        }
        if bits.has(40) {
            combined.required_xor = self.texts();
        }
        if bits.has(41) {
            combined.required_or = self.texts();
        }
        if bits.has(42) {
            combined.from_data = self.many(Self::gathered_keyword);
        }
        combined.gather = bits.has(43).then(|| self.gather());
        combined
    }

    fn branches(&mut self, bits: &Bits, combined: &mut Combined) {
        if bits.has(19) {
            let mut are_alone = Vec::new();
            combined.all_of = self.many(|reader| {
                let bits = Bits(reader.number());
                are_alone.push(bits.is_condition());
                reader.keywords(&bits)
            });
            combined.choice = Choice::of(&combined.all_of, &are_alone);
        }
        if bits.has(20) {
            combined.any_of = self.many(Self::schema);
        }
        if bits.has(21) {
            combined.one_of = self.many(Self::schema);
        }
        combined.not = bits.has(22).then(|| self.schema());
        combined.condition = bits.has(23).then(|| Condition {
            test: self.schema(),
            then: bits.has(24).then(|| self.schema()),
            otherwise: bits.has(25).then(|| self.schema()),
        });
    }

    fn gathered_keyword(&mut self) -> FromData {
        let keyword = match self.count() {
            0 => Keyword::Constant,
            1 => Keyword::Least,
            2 => Keyword::Above,
            3 => Keyword::Pattern,
            other => unreachable!("generate.py writes no keyword {other}"),
        };
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
            gathered: self.named(|reader| Gathered {
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
