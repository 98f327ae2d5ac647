package org.assay.app.evm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assay.app.Progress;

/// The JSON files of Ethereum's tests, from files, folders and zip archives, on several threads.
final class Fixtures {
    /// Files that wait in memory for a free thread.
    private static final int WAITING_MAX = 4;

    private final int threads;
    private final Progress progress;
    private final List<Source> sources = new ArrayList<>();

    /// One file, read when its turn comes. A zip entry is read from the archive given.
    private record Source(String name, Path path, boolean zipped) {}

    /// What to do with a file.
    interface Visitor {
        void visit(String name, byte[] content);
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

    /// Visits every file, many at a time; returns when all are done.
    void forEach(Visitor visitor) throws IOException, InterruptedException {
        Semaphore places = new Semaphore(threads + WAITING_MAX);
        int done = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
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
                pool.execute(
                        () -> {
                            try {
                                visitor.visit(source.name, content);
                            } finally {
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
