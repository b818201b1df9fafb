using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace WorkflowFunctions.Local.Commands;

/// <summary>
/// Shows a run: a table that lives where there is a terminal, and a line for each thing that happens where there is none.
/// </summary>
internal sealed class RunDisplay(IAnsiConsole console, IReadOnlyList<NodeProgress> nodes)
{
    private static readonly JsonSerializerOptions s_indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, NodeProgress> _byId = nodes.ToDictionary(node => node.Id);

    /// <summary>Shows events until there are no more.</summary>
    public async Task FollowAsync(IAsyncEnumerable<JsonElement> events, CancellationToken cancellationToken)
    {
        // A table that is higher than the screen cannot be drawn over.
        if (console.Profile.Capabilities.Interactive && nodes.Count + 6 <= console.Profile.Height)
        {
            await console.Live(Table()).StartAsync(async live =>
            {
                await foreach (var item in events.WithCancellation(cancellationToken))
                {
                    Apply(item);
                    live.UpdateTarget(Table());
                }
            });
            return;
        }

        await foreach (var item in events.WithCancellation(cancellationToken))
        {
            Apply(item);
            var at = item.GetProperty("created_at").GetDateTimeOffset().ToLocalTime();
            console.MarkupLineInterpolated($"{at:HH:mm:ss.fff} {item.GetProperty("message").GetString() ?? ""}");
        }
    }

    /// <summary>Shows how it ended: outputs and cost, or what failed and why.</summary>
    public void ShowEnd(JsonElement execution)
    {
        var status = execution.GetProperty("status").GetString();
        if (status != "completed")
        {
            foreach (var failed in nodes.Where(node => node.Status == "failed"))
                console.MarkupLineInterpolated($"[red]✗[/] Node [bold]{failed.Id}[/] ({failed.Type}): {failed.Problem ?? ""}");
            console.MarkupLineInterpolated(
                $"[red]Execution {execution.GetProperty("id").GetString() ?? ""} {status ?? ""}[/]: {Text(execution, "error_message")}");
            return;
        }

        var outputs = ToText(execution.GetProperty("outputs"));
        if (console.Profile.Out.IsTerminal)
            console.Write(new Panel(new Text(outputs)).Header("Outputs").Expand().BorderColor(Color.Green));
        else
            console.WriteLine(outputs);
        var tokens = execution.GetProperty("jobs").EnumerateArray().Sum(job => job.GetProperty("tokens_used").GetInt64());
        var cost = execution.GetProperty("total_cost").GetDecimal();
        var elapsed = execution.GetProperty("completed_at").GetDateTimeOffset() - execution.GetProperty("started_at").GetDateTimeOffset();
        var ran = nodes.Count(node => node.Status == "completed");
        console.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"[green]✓[/] Completed in {elapsed.TotalSeconds:0.0} s · {ran} of {nodes.Count} nodes ran · {tokens} tokens · {cost:0.000000} USD");
    }

    /// <summary>JSON for people.</summary>
    public static string ToText(JsonElement json) => JsonSerializer.Serialize(json, s_indented);

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private void Apply(JsonElement item)
    {
        if (_byId.TryGetValue(Text(item, "node_id"), out var node))
            node.Apply(item);
    }

    private Table Table()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("", "Node", "Type", "Time", "Attempts");
        foreach (var node in nodes)
        {
            table.AddRow(
                new Markup(Mark(node.Status)),
                new Text(node.Label),
                new Text(node.Type, new Style(Color.Grey)),
                new Text(Duration(node)),
                new Text(node.Attempts > 1 ? node.Attempts.ToString(CultureInfo.InvariantCulture) : ""));
        }

        return table;
    }

    private static string Mark(string status) => status switch
    {
        "running" => "[yellow]●[/]",
        "waiting" => "[blue]◷[/]",
        "retrying" => "[orange1]↻[/]",
        "completed" => "[green]✓[/]",
        "failed" => "[red]✗[/]",
        "skipped" => "[grey]–[/]",
        _ => "[grey]○[/]",
    };

    private static string Duration(NodeProgress node) =>
        node is { StartedAt: { } start, EndedAt: { } end }
            ? $"{Math.Max(0, (end - start).TotalSeconds).ToString("0.00", CultureInfo.InvariantCulture)} s"
            : "";
}
