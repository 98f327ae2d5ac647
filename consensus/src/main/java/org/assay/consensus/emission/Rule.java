package org.assay.consensus.emission;

/// Any rule that a policy file can state: how much ([Schedule]), to whom ([Split], [Points]),
/// when it can be taken ([Release]), within which limits ([Caps]), what burns give back
/// ([Remint]) and what a target steers ([Controller], [DemandBand]).
public sealed interface Rule
        permits Schedule,
                Split,
                SplitTable,
                Points,
                Release,
                Remint,
                Controller,
                DemandBand,
                Caps {}
