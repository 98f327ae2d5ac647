package org.assay.consensus.emission;

import java.math.BigInteger;

/// Reads one schedule of a policy file; its `kind` says which primitive.
final class ScheduleReader {
    private ScheduleReader() {}

    static Schedule schedule(JsonReader reader) throws JsonReader.Refusal {
        String kind = reader.text("kind");
        Schedule schedule =
                switch (kind) {
                    case "halving" ->
                            new Halving(
                                    reader.choice("axis", Axis.class, Axis.HEIGHT),
                                    reader.positive("base"),
                                    reader.positive("interval"),
                                    reader.amount("first", BigInteger.ZERO));
                    case "halvingByIssuance" ->
                            new HalvingByIssuance(
                                    reader.positive("cap"),
                                    reader.positive("base"),
                                    reader.choice(
                                            "measure",
                                            HalvingByIssuance.Measure.class,
                                            HalvingByIssuance.Measure.ISSUED));
                    default ->
                            throw reader.refusal(
                                    "kind",
                                    "unknown: " + kind,
                                    "write one of halving, halvingByIssuance");
                };
        reader.done();
        return schedule;
    }
}
