package org.assay.testkit;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/// Behind [Seeds].
final class SeedsExtension implements TestTemplateInvocationContextProvider {
    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
            ExtensionContext context) {
        int count = context.getRequiredTestMethod().getAnnotation(Seeds.class).value();
        String only = System.getProperty("seed");
        String many = System.getProperty("seeds");
        LongStream seeds =
                only != null
                        ? LongStream.of(Long.parseLong(only))
                        : many != null ? range(many) : LongStream.range(0, count);
        return seeds.mapToObj(Invocation::new);
    }

    /// `N` seeds from 0, or `A..B` without B, so that a soak can go in pieces.
    private static LongStream range(String text) {
        int dots = text.indexOf("..");
        return dots < 0
                ? LongStream.range(0, Long.parseLong(text))
                : LongStream.range(
                        Long.parseLong(text.substring(0, dots)),
                        Long.parseLong(text.substring(dots + 2)));
    }

    private record Invocation(long seed) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int index) {
            return "seed=" + seed;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Arguments(seed), new Blame(seed));
        }
    }

    private record Arguments(long seed) implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == RandomGenerator.class || type == long.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == long.class
                    ? (Object) seed
                    : RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        }
    }

    private record Blame(long seed) implements TestExecutionExceptionHandler {
        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
            throw new AssertionError("replay with -Dseed=" + seed + ": " + failure, failure);
        }
    }
}
