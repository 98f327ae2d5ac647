package org.assay.rpc.debug;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Map;
import org.assay.evm.Tracer;
import org.assay.rpc.RpcError;

/// Finds a tracer by what the caller asks for.
public final class Tracers {
    private Tracers() {}

    /// Reads geth's trace configuration: `tracer` with `tracerConfig`, or the struct logger's
    /// options where no tracer is named.
    static TransactionTracer.Maker read(JsonNode config) {
        if (!config.hasNonNull("tracer")) {
            StructLogger.Options options = StructLogger.Options.read(config);
            return subject -> new StructLogger(subject, options);
        }
        return named(config.get("tracer").asText(), config.path("tracerConfig"));
    }

    /// The tracer `name` with its configuration; throws [RpcError] where there is none.
    public static TransactionTracer.Maker named(String name, JsonNode given) {
        JsonNode config = given.isObject() ? given : MissingNode.getInstance();
        return switch (name) {
            case "callTracer" -> {
                CallTracer.Options options = CallTracer.Options.read(config);
                yield subject -> new CallTracer(subject, options);
            }
            case "flatCallTracer" -> {
                FlatCallTracer.Options options = FlatCallTracer.Options.read(config);
                yield subject -> new FlatCallTracer(subject, options);
            }
            case "prestateTracer" -> {
                PrestateTracer.Options options = PrestateTracer.Options.read(config);
                yield subject -> new PrestateTracer(subject, options);
            }
            case "4byteTracer" -> FourByteTracer::new;
            case "muxTracer" -> MuxTracer.read(config);
            case "noopTracer" -> subject -> new NoTracer();
            default ->
                    throw new RpcError(
                            RpcError.SERVER_ERROR,
                            "no tracer "
                                    + (name.length() > 40 ? name.substring(0, 40) + "…" : name)
                                    + " here, and JavaScript tracers do not run: use callTracer,"
                                    + " flatCallTracer, prestateTracer, 4byteTracer, muxTracer,"
                                    + " noopTracer, or none for struct logs");
        };
    }

    /// geth's `noopTracer`.
    private record NoTracer() implements TransactionTracer {
        @Override
        public Tracer hooks() {
            return Tracer.NONE;
        }

        @Override
        public Object result(long gasUsed) {
            return Map.of();
        }
    }
}
