using System.Data;
using System.Diagnostics;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace WorkflowFunctions.Database;

/// <summary>How this system connects to PostgreSQL and reads its types.</summary>
internal static class RecordDatabase
{
    /// <summary>
    /// How many connections a process has at the most, unless its host or its connection string (<c>Maximum Pool Size</c>) says otherwise.
    /// </summary>
    private const int PoolSize = 20;

    private static readonly JsonDocumentOptions s_json = new() { MaxDepth = 512 };

    static RecordDatabase()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new JsonHandler());
        SqlMapper.AddTypeHandler(new TimeHandler());
        SqlMapper.AddTypeHandler(new TextListHandler());
        SqlMapper.AddTypeHandler(new DayHandler());
    }

    /// <summary>Sees to it that types are read as everywhere, for who has a connection of their own.</summary>
    internal static void MapTypes()
    {
        // The static constructor has done it.
    }

    /// <summary>A pool of connections. Statements that come again are prepared by the driver.</summary>
    /// <param name="connectionString">An Npgsql connection string; its own settings win.</param>
    /// <param name="configure">What a host adds: how to get a password, for example.</param>
    /// <param name="poolSize">How many connections there are at the most.</param>
    public static NpgsqlDataSource Open(string connectionString, Action<NpgsqlDataSourceBuilder>? configure = null, int poolSize = PoolSize)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        var settings = builder.ConnectionStringBuilder;
        if (!settings.ContainsKey("Max Auto Prepare") || settings.MaxAutoPrepare == 0)
            settings.MaxAutoPrepare = 64;
        settings.AutoPrepareMinUsages = 2;
        settings.ApplicationName ??= "workflow-functions";
        // A server allows 100 connections unless told otherwise; several processes share them.
        if (!settings.ContainsKey("Maximum Pool Size") || settings.MaxPoolSize == 100)
            settings.MaxPoolSize = poolSize;
        // A dead server is noticed, rather than waited for: a writer that hangs would keep its lock.
        if (settings.KeepAlive == 0)
            settings.KeepAlive = 10;
        // A session that a request was confined in goes to the engine next.
        settings.NoResetOnClose = false;
        // What is done for nobody in particular, over and over, would fill a trace with itself; so would an event for each first row.
        builder.ConfigureTracing(static tracing => tracing
            .EnableFirstResponseEvent(false)
            .ConfigureCommandFilter(static _ => Activity.Current is not null)
            .ConfigureBatchFilter(static _ => Activity.Current is not null));
        configure?.Invoke(builder);
        return builder.Build();
    }

    /// <summary>
    /// Reads JSON of the record. What was taken at the usual depth lies deeper in rows that hold it: a checkpoint, an input.
    /// </summary>
    internal static JsonElement ParseJson(string text) => JsonElement.Parse(text, s_json);

    private sealed class JsonHandler : SqlMapper.TypeHandler<JsonElement>
    {
        public override JsonElement Parse(object value) => ParseJson((string)value);

        public override void SetValue(IDbDataParameter parameter, JsonElement value) => parameter.Value = value.GetRawText();
    }

    private sealed class TimeHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => new(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.UtcDateTime;
    }

    private sealed class TextListHandler : SqlMapper.TypeHandler<IReadOnlyList<string>>
    {
        public override IReadOnlyList<string> Parse(object value) => (string[])value;

        public override void SetValue(IDbDataParameter parameter, IReadOnlyList<string>? value) => parameter.Value = value?.ToArray();
    }

    private sealed class DayHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override DateOnly Parse(object value) => value is DateOnly day ? day : DateOnly.FromDateTime((DateTime)value);

        public override void SetValue(IDbDataParameter parameter, DateOnly value) =>
            (parameter.DbType, parameter.Value) = (DbType.Date, value);
    }
}
