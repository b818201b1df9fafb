using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Engine.Plans;

namespace WorkflowFunctions.Api.Batches;

/// <summary>Writes what came of the rows of a batch, in their order, a part at a time.</summary>
internal sealed class BatchResults(BatchStore batches, WorkflowPlans plans, IOptions<JsonOptions> json)
{
    private const int PartRows = 50;

    private static readonly byte[] s_newLine = "\n"u8.ToArray();

    /// <summary>Writes an object in each line.</summary>
    public async Task WriteLinesAsync(BatchRow batch, HttpResponse response, CancellationToken cancellationToken)
    {
        Begin(batch, response, "application/x-ndjson", "jsonl");
        await foreach (var part in PartsAsync(batch, await EndsAsync(batch, cancellationToken), cancellationToken))
        {
            foreach (var row in part)
            {
                await JsonSerializer.SerializeAsync(response.Body, row, json.Value.SerializerOptions, cancellationToken);
                await response.Body.WriteAsync(s_newLine, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Writes a table (RFC 4180) with a column for each param and for each of the last nodes: of what that one gave, the text if it has
    /// one.
    /// </summary>
    public async Task WriteTableAsync(BatchRow batch, HttpResponse response, CancellationToken cancellationToken)
    {
        var ends = await EndsAsync(batch, cancellationToken);
        Begin(batch, response, "text/csv; charset=utf-8", "csv");
        string[] names =
        [
            "number", "status", "execution_id", "cost_usd", "error_message",
            .. batch.ParamNames.Select(name => $"params.{name}"), .. ends.Select(end => $"outputs.{end}"),
        ];
        await response.Body.WriteAsync(
            Table(csv =>
            {
                foreach (var name in names)
                    csv.WriteField(name);
                csv.NextRecord();
            }), cancellationToken);
        await foreach (var part in PartsAsync(batch, ends, cancellationToken))
            await response.Body.WriteAsync(Table(csv => WriteRows(csv, batch, ends, part)), cancellationToken);
    }

    private static void WriteRows(CsvWriter csv, BatchRow batch, IReadOnlyList<string> ends, IReadOnlyList<BatchResult> rows)
    {
        foreach (var row in rows)
        {
            csv.WriteField(row.Number);
            csv.WriteField(row.Status);
            csv.WriteField(row.ExecutionId);
            csv.WriteField(row.CostUsd);
            csv.WriteField(Safe(row.ErrorMessage));
            foreach (var name in batch.ParamNames)
                csv.WriteField(Cell(row.Params, name));
            foreach (var end in ends)
                csv.WriteField(row.Outputs is { } outputs ? Cell(outputs, end) : null);
            csv.NextRecord();
        }
    }

    private static string? Cell(JsonElement row, string name) => !row.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => Safe(value.GetString()),
        JsonValueKind.Object when value.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String =>
            Safe(text.GetString()),
        _ => value.GetRawText(),
    };

    /// <summary>A spreadsheet would run text that begins like a formula.</summary>
    private static string? Safe(string? text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? $"'{text}" : text;

    private static byte[] Table(Action<CsvWriter> write)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, CultureInfo.InvariantCulture, leaveOpen: true))
            write(csv);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Begin(BatchRow batch, HttpResponse response, string mediaType, string extension)
    {
        response.ContentType = mediaType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{batch.Id}.{extension}\"";
    }

    private async IAsyncEnumerable<IReadOnlyList<BatchResult>> PartsAsync(
        BatchRow batch, IReadOnlyList<string> ends,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0;
        while (await batches.ListResultsAsync(batch.Id, ends, after, PartRows, cancellationToken) is { Count: > 0 } part)
        {
            yield return part;
            after = part[^1].Number;
        }
    }

    private async Task<IReadOnlyList<string>> EndsAsync(BatchRow batch, CancellationToken cancellationToken) =>
        (await plans.GetAsync(batch.TemplateVersion, cancellationToken)).Plan is { } plan ? [.. plan.Graph.Root.Ends] : [];
}
