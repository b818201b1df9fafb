using System.Net;
using System.Net.Sockets;

namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>One cluster: creating it, starting and stopping its server. The caller holds the start lock.</summary>
internal sealed class Cluster(PostgresPlace place, PostgresBinaries binaries, ILogger logger)
{
    public const string Superuser = "workflow";

    private const int StartAttempts = 5;
    private const long LogLimitBytes = 16 * 1024 * 1024;

    /// <summary>Creates the cluster unless it exists.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(place.Data))
        {
            RemoveUnfinished();
            return;
        }

        logger.LogInformation("Making a database in {Directory}, once: some seconds.", place.Data);
        // initdb works beside the final name, so that a cluster under that name is always whole.
        var unfinished = $"{place.Data}.new-{Guid.NewGuid():N}";
        var result = await InitialiseAsync(unfinished, "--locale=C.UTF-8", cancellationToken);
        if (!result.Succeeded)
        {
            logger.LogDebug("initdb does not take the locale C.UTF-8, using C: {Said}", result.Text);
            result = await InitialiseAsync(unfinished, "--no-locale", cancellationToken);
        }

        if (!result.Succeeded)
            throw new EmbeddedPostgresException($"{binaries.InitDb} could not create a database in {place.Home}: {result.Text}");
        Directory.Move(unfinished, place.Data);
    }

    /// <summary>Starts the server and returns its port when it is ready.</summary>
    /// <remarks>
    /// pg_ctl makes the server the leader of a session of its own, so Ctrl+C in our terminal does not reach it.
    /// </remarks>
    public async Task<int> StartAsync(int? wantedPort, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await PrepareLogAsync(cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var port = wantedPort ?? FreePort();
            var logged = new FileInfo(place.LogFile).Length;
            // On Windows the default is no sockets but TCP, and its shell has no empty quotes of this kind.
            var settings = $"-h 127.0.0.1 -p {port}" + (OperatingSystem.IsWindows() ? "" : " -k ''");
            var result = await PgCtl("start", "-w", "-t", Seconds(timeout), "-l", place.LogFile, "-o", settings)
                .TryRunAsync(cancellationToken);
            if (result.Succeeded)
                return port;

            // Two causes pass by themselves: someone took the port meanwhile, or processes of a server that was killed still end.
            if (attempt == StartAttempts || await Postmaster.FindAsync(place.Data, place.User, cancellationToken) is not null)
            {
                throw new EmbeddedPostgresException(
                    $"PostgreSQL {binaries} could not be started on port {port} over {place.Data}. "
                    + $"Its log {place.LogFile} says:\n{LogSince(logged)}\n{result.Text}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100 << attempt), cancellationToken);
        }
    }

    /// <summary>Stops the server after breaking its connections off; what was committed is kept. Waits for the end.</summary>
    public async Task StopAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (await Postmaster.FindAsync(place.Data, place.User, cancellationToken) is not null)
            await PgCtl("stop", "-m", "fast", "-w", "-t", Seconds(timeout)).RunAsync(cancellationToken);
    }

    private async Task<CommandResult> InitialiseAsync(string folder, string locale, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        await place.CreatePrivateFolderAsync(folder, cancellationToken);
        return await place.User.Command(
            binaries.InitDb, "-D", folder, "--username", Superuser, "--auth=scram-sha-256", "--pwfile", place.PasswordFile,
            "--encoding=UTF8", locale, "--no-instructions").TryRunAsync(cancellationToken);
    }

    /// <summary>Only beside a whole cluster: should a power cut undo the renaming, the unfinished name has the data.</summary>
    private void RemoveUnfinished()
    {
        foreach (var folder in Directory.EnumerateDirectories(place.Home, "data.new-*"))
            Directory.Delete(folder, recursive: true);
    }

    private Command PgCtl(string action, params string[] arguments) =>
        place.User.Command(binaries.PgCtl, [action, "-D", place.Data, .. arguments]);

    private async Task PrepareLogAsync(CancellationToken cancellationToken)
    {
        if (new FileInfo(place.LogFile) is { Exists: true, Length: > LogLimitBytes } log)
            log.MoveTo(place.LogFile + ".old", overwrite: true);
        await place.CreatePrivateFileAsync(place.LogFile, "", cancellationToken);
    }

    private string LogSince(long position)
    {
        using var stream = new FileStream(place.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = position;
        return new StreamReader(stream).ReadToEnd().Trim();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Seconds(TimeSpan time) => ((int)Math.Ceiling(time.TotalSeconds)).ToString();
}
