using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Api.Documents;

/// <summary>How documents are written into a table <c>documents</c> that an application has made: the section <c>Documents</c>.</summary>
internal sealed record DocumentOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Documents";

    /// <summary>
    /// Columns of the application's own, each with a Liquid template of its value. It may read <c>text</c> (null for an image),
    /// <c>title</c>,
    /// <c>media_type</c>, <c>execution</c> and <c>node</c>.
    /// </summary>
    public Dictionary<string, string> Columns { get; set; } = new(StringComparer.Ordinal);

    /// <summary>
    /// A statement in the place of the <c>INSERT</c>, with the parameters <c>@id</c>, <c>@workspace_id</c>, <c>@project_id</c>,
    /// <c>@title</c>,
    /// <c>@media_type</c>, <c>@text</c>, <c>@execution</c> and <c>@node</c>. It has to leave a row of <c>documents</c> with the id.
    /// </summary>
    public string? Sql { get; set; }
}

/// <summary>Refuses templates that are no Liquid, each with its key.</summary>
internal sealed class DocumentOptionsValidator : IValidateOptions<DocumentOptions>
{
    public ValidateOptionsResult Validate(string? name, DocumentOptions options)
    {
        var problems = options.Columns.Select(column => (column.Key, Problem: ProblemOf(column.Value)))
            .Where(column => column.Problem is not null).ToList();
        return problems.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems.Select(column => $"{DocumentOptions.Section}:Columns:{column.Key}: {column.Problem}"));
    }

    private static string? ProblemOf(string template)
    {
        try
        {
            LiquidTemplate.Parse(template);
            return null;
        }
        catch (LiquidSyntaxException exception)
        {
            return exception.Message;
        }
    }
}

/// <summary>The columns of <c>documents</c> that are an application's own, and what goes into them.</summary>
internal sealed class DocumentColumns(RecordConnections database, IOptions<DocumentOptions> options)
{
    private static readonly string[] s_own = ["id", "workspace_id", "project_id", "title"];

    private readonly DocumentOptions _options = options.Value;
    private readonly Dictionary<string, LiquidTemplate> _templates =
        options.Value.Columns.ToDictionary(column => column.Key, column => LiquidTemplate.Parse(column.Value), StringComparer.Ordinal);

    private string? _statement;

    /// <summary>Says what would keep a document from being saved; null if nothing does.</summary>
    public async Task<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        if (_options.Sql is not null)
            return null;
        var columns = await ListAsync(cancellationToken);
        var unknown = _options.Columns.Keys.Except(columns.Select(column => column.Name)).ToList();
        var needed = columns.Where(column => column.IsNeeded).Select(column => column.Name).Except([.. s_own, .. _options.Columns.Keys])
            .ToList();
        if (unknown.Count > 0)
            return $"The table documents has no column {string.Join(", ", unknown)} ({DocumentOptions.Section}:Columns).";
        return needed.Count == 0
            ? null
            : $"Nodes cannot save documents: the table documents has columns that need a value, {string.Join(", ", needed)}. "
                + "Say what goes into them: "
                + $"{string.Join(", ", needed.Select(name => $"{DocumentOptions.Section}__Columns__{name}='{{{{ text }}}}'"))}.";
    }

    /// <summary>The statement that saves a row of <c>documents</c>.</summary>
    public async Task<string> StatementAsync(CancellationToken cancellationToken)
    {
        if (_options.Sql is not null)
            return _options.Sql;
        if (_options.Columns.Count == 0)
            return Sql.Read("documents.save_row");
        return _statement ??= Statement(
            [.. (await ListAsync(cancellationToken)).Where(column => _options.Columns.ContainsKey(column.Name))]);
    }

    /// <summary>The values of the columns, as text that PostgreSQL reads, by the names of their parameters.</summary>
    /// <exception cref="NodeFailedException">A template cannot be rendered.</exception>
    public IEnumerable<KeyValuePair<string, object?>> Values(Document document, string? text)
    {
        var scope = new ValueScope();
        foreach (var (name, value) in new[]
            {
                ("text", text),
                ("title", document.Title),
                ("media_type", document.MediaType),
                ("node", document.NodeId),
            })
            scope.SetNode(name, JsonSerializer.SerializeToElement(value));
        scope.Set("execution", JsonSerializer.SerializeToElement(document.ExecutionId));
        return [.. _templates.Select(column => KeyValuePair.Create(ParameterOf(column.Key), Render(column.Key, column.Value, scope)))];
    }

    private static object? Render(string column, LiquidTemplate template, ValueScope scope)
    {
        try
        {
            var value = template.Render(scope);
            return value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => value.GetString(),
                _ => value.GetRawText(),
            };
        }
        catch (Exception exception) when (exception is LiquidSyntaxException or MissingVariableException)
        {
            throw new NodeFailedException($"{DocumentOptions.Section}:Columns:{column}: {exception.Message}", isTransient: false);
        }
    }

    /// <summary>The names and types are the catalog's own, which quotes them.</summary>
    private string Statement(IReadOnlyList<Column> columns) =>
        Sql.Read("documents.save_row_with")
            .Replace("/* columns */", string.Concat(columns.Select(column => $", {column.Quoted}")), StringComparison.Ordinal)
            .Replace(
                "/* values */", string.Concat(columns.Select(column => $", @{ParameterOf(column.Name)}::text::{column.Type}")),
                StringComparison.Ordinal)
            .Replace(
                "/* changes */", string.Concat(columns.Select(column => $", {column.Quoted} = excluded.{column.Quoted}")),
                StringComparison.Ordinal);

    /// <summary>By its place, as a column may be called anything.</summary>
    private string ParameterOf(string column) => $"own_{_options.Columns.Keys.ToList().IndexOf(column)}";

    private Task<IReadOnlyList<Column>> ListAsync(CancellationToken cancellationToken) =>
        database.QueryAsync<Column>("documents.columns", null, cancellationToken);

    private sealed record Column
    {
        public required string Name { get; init; }

        public required string Quoted { get; init; }

        public required string Type { get; init; }

        public bool IsNeeded { get; init; }
    }
}

/// <summary>Whether nodes can save documents.</summary>
internal sealed class DocumentHealth(DocumentColumns documents) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await documents.FindProblemAsync(cancellationToken) is { } problem
                ? HealthCheckResult.Degraded(problem)
                : HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException)
        {
            return HealthCheckResult.Degraded("PostgreSQL does not answer.", exception);
        }
    }
}
