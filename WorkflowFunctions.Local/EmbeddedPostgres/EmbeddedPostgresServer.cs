using System.Diagnostics;

namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>
/// A PostgreSQL server of our own over a folder, for one machine: it listens on 127.0.0.1 only, wants a random
/// password, and has PostgreSQL's default settings, so what is committed survives a power cut.
/// </summary>
/// <remarks>
/// Everyone who starts it over the same folder, in this process or another, shares one server; the last to dispose of it
/// stops it. When a process is killed, the server goes on running and the next start adopts it.
/// </remarks>
internal sealed class EmbeddedPostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly PostgresPlace _place;
    private readonly ClusterLocks _locks;
    private readonly IDisposable _use;
    private readonly Cluster _cluster;
    private readonly ILogger _logger;
    private bool _disposed;

    private EmbeddedPostgresServer(PostgresPlace place, ClusterLocks locks, Cluster cluster, ILogger logger)
    {
        _place = place;
        _locks = locks;
        _use = locks.Join();
        _cluster = cluster;
        _logger = logger;
    }

    /// <summary>An Npgsql connection string to the database <c>workflow</c> as its superuser <c>workflow</c>.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>The TCP port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>Whether the server was running already and was adopted, rather than started.</summary>
    public bool WasRunning { get; private set; }

    /// <summary>The folder of the cluster, PostgreSQL's own data directory.</summary>
    public string ClusterDirectory => _place.Data;

    /// <summary>The file that the server logs to.</summary>
    public string LogFile => _place.LogFile;

    /// <summary>
    /// Creates the database if the folder has none, and starts its server or adopts the running one. Returns when it
    /// accepts connections.
    /// </summary>
    /// <param name="options">Where the data and the programs are.</param>
    /// <param name="logger">Is told of starts, downloads and waits.</param>
    /// <param name="cancellationToken">Gives up. A server that nobody else uses is stopped again.</param>
    /// <exception cref="EmbeddedPostgresException">
    /// There are no programs, or the server cannot be created, started or reached.
    /// </exception>
    public static async Task<EmbeddedPostgresServer> StartAsync(
        EmbeddedPostgresOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        var folder = PostgresPlace.CreateBase(options.DataDirectory);
        var locks = new ClusterLocks(folder);
        using var starting = await locks.EnterAsync(logger, cancellationToken);

        var place = await PostgresPlace.ResolveAsync(folder, cancellationToken);
        var binaries = await new BinaryLocator(options, place, logger).FindAsync(cancellationToken);
        var running = await Postmaster.FindAsync(place.Data, place.User, cancellationToken);
        if (running is null && File.Exists(Postmaster.FileIn(place.Data)) && locks.HasUsers())
        {
            throw new EmbeddedPostgresException(
                $"Another process uses the database in {place.Data}, but its server cannot be seen from here: it was killed, "
                + "or it runs in another container. Two servers would destroy the data. Stop that process first.");
        }

        var server = new EmbeddedPostgresServer(place, locks, new Cluster(place, binaries, logger), logger);
        try
        {
            await server.OpenAsync(running, options, cancellationToken);
            return server;
        }
        catch
        {
            await server.LeaveAsync();
            throw;
        }
    }

    /// <summary>Stops the server, unless others still use it, and waits until it has stopped. Does not throw.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;

        _disposed = true;
        using var timeout = new CancellationTokenSource(s_stopTimeout);
        try
        {
            using var stopping = await _locks.EnterAsync(_logger, timeout.Token);
            await LeaveAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning(
                e,
                "PostgreSQL over {Directory} is left running: another process is busy starting it, or the folder was removed.",
                ClusterDirectory);
            _use.Dispose();
        }
    }

    private async Task OpenAsync(Postmaster? running, EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var password = await ClusterPassword.ReadOrCreateAsync(_place, cancellationToken);
        WasRunning = running is not null && await AnswersAsync(new ClusterConnection(running.Port, password), options, cancellationToken);
        if (WasRunning)
        {
            Port = running!.Port;
            if (options.Port is { } wanted && wanted != Port)
                _logger.LogWarning("PostgreSQL runs on port {Port} already and is used there, not on port {Wanted}.", Port, wanted);
        }
        else
        {
            await _cluster.CreateAsync(cancellationToken);
            Port = await _cluster.StartAsync(options.Port, options.StartTimeout, cancellationToken);
        }

        var connection = new ClusterConnection(Port, password);
        if (!await AnswersAsync(connection, options, cancellationToken))
            throw new EmbeddedPostgresException($"The embedded PostgreSQL ended right after its start. See its log {LogFile}.");

        ConnectionString = connection.ConnectionString;
        _logger.LogInformation(
            "Embedded PostgreSQL {State} on 127.0.0.1:{Port}, data in {Directory}.",
            WasRunning ? "adopted" : "started", Port, ClusterDirectory);
    }

    /// <summary>Waits until the server accepts connections, and tells whether it does or has ended before.</summary>
    private async Task<bool> AnswersAsync(
        ClusterConnection connection, EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        for (var waiting = Stopwatch.StartNew(); waiting.Elapsed < options.StartTimeout; await Task.Delay(s_pause, cancellationToken))
        {
            if (await connection.AnswersAsync(cancellationToken))
                return true;
            if (await Postmaster.FindAsync(_place.Data, _place.User, cancellationToken) is null)
                return false;
        }

        throw new EmbeddedPostgresException(
            $"The embedded PostgreSQL over {ClusterDirectory} runs, but accepts no connections after "
            + $"{options.StartTimeout.TotalSeconds:0} s. See its log {LogFile}.");
    }

    private async Task LeaveAsync()
    {
        _use.Dispose();
        if (_locks.HasUsers())
            return;

        try
        {
            await _cluster.StopAsync(s_stopTimeout, CancellationToken.None);
        }
        catch (EmbeddedPostgresException e)
        {
            _logger.LogError(e, "The embedded PostgreSQL over {Directory} did not stop.", ClusterDirectory);
        }
    }
}
