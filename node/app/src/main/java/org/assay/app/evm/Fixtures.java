package org.assay.app.evm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assay.app.Progress;

/// The JSON files of Ethereum's tests, from files, folders and zip archives, on several threads.
/// What they report is printed in the order of the files, whichever is done first.
final class Fixtures {
    /// Files that wait in memory for a free thread.
    private static final int WAITING_MAX = 4;

    private final int threads;
    private final Progress progress;
    private final List<Source> sources = new ArrayList<>();

    /// One file, read when its turn comes. A zip entry is read from the archive given.
    private record Source(String name, Path path, boolean zipped) {}

    /// What to do with a file. The lines that it reports.
    interface Visitor {
        List<String> visit(String name, byte[] content);
    }

    /// Lines of files, held back until all earlier files' are printed.
    private static final class Lines {
        private final Consumer<String> printer;
        private final TreeMap<Integer, List<String>> waiting = new TreeMap<>();
        private int next;

        Lines(Consumer<String> printer) {
            this.printer = printer;
        }

        synchronized void add(int file, List<String> lines) {
            waiting.put(file, lines);
            while (waiting.containsKey(next)) {
                java.util.Objects.requireNonNull(waiting.remove(next)).forEach(printer);
                next++;
            }
        }
    }

    Fixtures(List<Path> paths, int threads, Progress progress) throws IOException {
        this.threads = threads;
        this.progress = progress;
        for (Path path : paths) {
            list(path);
        }
    }

    private void list(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    if (file.toString().endsWith(".json")) {
                        sources.add(new Source(file.toString(), file, false));
                    }
                }
            }
        } else if (path.toString().endsWith(".zip")) {
            try (ZipFile zip = new ZipFile(path.toFile())) {
                for (ZipEntry entry : java.util.Collections.list(zip.entries())) {
                    if (entry.getName().endsWith(".json")) {
                        sources.add(new Source(entry.getName(), path, true));
                    }
                }
            }
        } else {
            sources.add(new Source(path.toString(), path, false));
        }
    }

    /// Runs the parts of one file, for which other threads may have time, from within a visit.
    /// Their results in order.
    static <T> List<T> all(List<Callable<T>> parts) {
        List<ForkJoinTask<T>> tasks = new ArrayList<>(parts.size());
        for (Callable<T> part : parts) {
            tasks.add(ForkJoinTask.adapt(part));
        }
        return ForkJoinTask.invokeAll(tasks).stream().map(ForkJoinTask::join).toList();
    }

    /// Visits every file, many at a time, and hands their lines to `printer`; returns when all
    /// are done.
    void forEach(Visitor visitor, Consumer<String> printer)
            throws IOException, InterruptedException {
        Semaphore places = new Semaphore(threads + WAITING_MAX);
        Lines lines = new Lines(printer);
        int done = 0;
        try (ForkJoinPool pool = new ForkJoinPool(threads)) {
            ZipFile open = null;
            Path opened = null;
            for (Source source : sources) {
                if (source.zipped && !source.path.equals(opened)) {
                    if (open != null) {
                        open.close();
                    }
                    open = new ZipFile(source.path.toFile());
                    opened = source.path;
                }
                byte[] content =
                        source.zipped && open != null
                                ? open.getInputStream(open.getEntry(source.name)).readAllBytes()
                                : Files.readAllBytes(source.path);
                places.acquire();
                int file = done;
                pool.execute(
                        () -> {
                            List<String> reported = List.of();
                            try {
                                reported = visitor.visit(source.name, content);
                            } finally {
                                lines.add(file, reported);
                                places.release();
                            }
                        });
                progress.show(++done, sources.size(), source.name);
            }
            if (open != null) {
                open.close();
            }
            pool.shutdown();
            pool.awaitTermination(1, TimeUnit.DAYS);
        } finally {
            progress.clear();
        }
    }
}
