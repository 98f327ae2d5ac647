package org.assay.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/// Runs a test once for each of `value` seeds, handing it a `RandomGenerator` (and, where asked,
/// the seed as a `long`). The one seed mechanism of the project: a failure says
/// `replay with -Dseed=N`, and `-Dseeds=N` or `-Dseeds=A..B` runs
/// those instead, for soaks.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SeedsExtension.class)
public @interface Seeds {
    int value();
}
