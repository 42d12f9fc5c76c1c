//! Admission of consignments and cash declarations.

use tidewaiter_domain::{CashDeclaration, CashParty, Consignment, GoodsItem};

use super::{Admissible, Filter};
use crate::element::Element as E;
use crate::vocabulary::DataSet;

impl Admissible for Consignment {
    const DATA_SETS: &'static [DataSet] = &[DataSet::Cargo];

    fn retain(&mut self, filter: &mut Filter<'_>) {
        let Self {
            // The shape of the record.
            level: _,
            mode: _,
            filed_at: _,
            version: _,
            span: _,
            transport_document,
            ucr,
            links,
            parties,
            itinerary,
            containers,
            goods,
            freight,
            documents,
            remarks,
            unread,
        } = self;
        filter.option(E::CargoDocuments, transport_document);
        filter.option(E::CargoDocuments, ucr);
        filter.vec(E::CargoDocuments, links);
        filter.vec(E::CargoDocuments, documents);
        filter.vec(E::CargoParties, parties);
        filter.vec(E::CargoRouting, itinerary);
        filter.vec(E::CargoEquipment, containers);
        filter.vec(E::CargoGoods, goods);
        for item in goods {
            let GoodsItem {
                number: _,
                description: _,
                commodity: _,
                packages: _,
                gross_g: _,
                net_g: _,
                value,
                origin: _,
                un_number: _,
                cas: _,
                marks: _,
                span: _,
            } = item;
            filter.option(E::CargoValue, value);
        }
        filter.option(E::CargoValue, freight);
        filter.vec(E::CargoRemarks, remarks);
        filter.unread(unread);
    }
}

impl Admissible for CashDeclaration {
    const DATA_SETS: &'static [DataSet] = &[DataSet::Cash];

    fn retain(&mut self, filter: &mut Filter<'_>) {
        let Self {
            accompanied: _,
            span: _,
            reference,
            declarant,
            owner,
            recipient,
            items,
            provenance,
            intended_use,
            from,
            to,
            declared_on,
            remarks,
            unread,
        } = self;
        if !filter.keeps(E::CashParties) && *declarant != CashParty::default() {
            *declarant = CashParty::default();
            filter.dropped.count(E::CashParties, 1);
        }
        filter.option(E::CashParties, owner);
        filter.option(E::CashParties, recipient);
        filter.vec(E::CashAmount, items);
        filter.option(E::CashProvenance, provenance);
        filter.option(E::CashProvenance, intended_use);
        filter.option(E::CashJourney, reference);
        filter.option(E::CashJourney, from);
        filter.option(E::CashJourney, to);
        filter.option(E::CashJourney, declared_on);
        filter.vec(E::CashRemarks, remarks);
        filter.unread(unread);
    }
}
