using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Nodes.Network;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Batches;

/// <summary>Reads the rows of an upload as it comes in: CSV with a line of names, an object in each line, or an array of objects.</summary>
internal sealed class BatchUpload(HttpRequest request, BatchParams @params)
{
    /// <summary>What may be sent.</summary>
    public static readonly IReadOnlyList<string> MediaTypes = ["text/csv", "application/x-ndjson", "application/jsonl", "application/json"];

    /// <summary>The most rows.</summary>
    public const int MaxRows = 100_000;

    private const long MaxBytes = 100_000_000;
    private const int MaxRowBytes = 1_000_000;

    private static readonly char[] s_delimiters = [',', ';', '\t'];
    private static readonly JsonSerializerOptions s_json = new() { MaxDepth = ApiJson.MaxRequestDepth };

    private readonly List<BatchColumn> _columns = [];

    /// <summary>The columns, as far as they have been seen.</summary>
    public IReadOnlyList<BatchColumn> Columns => _columns;

    /// <summary>The rows. One that cannot be read is the last one.</summary>
    public async IAsyncEnumerable<UploadedRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The server reads on for a while, so that the client hears why rather than that the connection broke.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        await using var body = new BoundedStream(JsonBody.Decompress(request), MaxBytes);
        var rows = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() switch
        {
            "text/csv" => ReadCsvAsync(body, cancellationToken),
            "application/json" => ReadArrayAsync(body, cancellationToken),
            _ => ReadLinesAsync(body, cancellationToken),
        };
        var count = 0;
        await foreach (var row in rows)
        {
            if (row.Number > MaxRows)
            {
                yield return row with
                {
                    Problems = [new Problem("", $"There are more than {MaxRows:N0} rows.", $"up to {MaxRows:N0} rows", Line: row.Line)],
                };
                yield break;
            }

            count++;
            yield return row;
        }

        if (count == 0)
            yield return new UploadedRow(1, null, [], [new Problem("", "There are no rows.", "a row for each execution")]);
    }

    private async IAsyncEnumerable<UploadedRow> ReadCsvAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isBroken = false;
        using var reader =
            new StreamReader(body, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 16_384, leaveOpen: true);
        using var parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            DetectDelimiter = true,
            GetDelimiter = static beginning => DelimiterOf(beginning.Text),
            BadDataFound = _ => isBroken = true,
            MaxFieldSize = MaxRowBytes,
            CacheFields = false,
        });
        for (var number = 0; ; number++)
        {
            var (fields, wrong) = await NextAsync(parser);
            cancellationToken.ThrowIfCancellationRequested();
            if (fields is null && wrong is null)
                yield break;
            var line = fields is null ? parser.RawRow : LineOf(parser, fields, isBroken);
            IReadOnlyList<Problem> problems = wrong is not null ? [new Problem("", $"Line {line}: {wrong}", "CSV (RFC 4180)", Line: line)]
                : isBroken ? [new Problem("", $"Line {line}: a field has a quote that is not closed, or that stands in the middle of it.",
                    "quotes around the whole field, and each quote in it twice", Line: line)]
                : number == 0 ? Header(fields!, line)
                : [];
            isBroken = false;
            if (problems.Count > 0)
                yield return new UploadedRow(Math.Max(number, 1), line, [], problems);
            else if (number > 0)
                yield return Row(number, line, fields!);
            // Without names there is nothing to hold the rows against.
            if (wrong is not null || (number == 0 && problems.Count > 0))
                yield break;
        }
    }

    private static async Task<(string[]? Fields, string? Wrong)> NextAsync(CsvParser parser)
    {
        try
        {
            return (await parser.ReadAsync() ? parser.Record : null, null);
        }
        catch (MaxFieldSizeException)
        {
            return (null, $"a field is longer than {MaxRowBytes:N0} characters; perhaps a quote before it is not closed.");
        }
    }

    /// <summary>
    /// The line that a record begins in. The last line ends it, unless it belongs to a field whose quote is never closed.
    /// </summary>
    private static int LineOf(CsvParser parser, string[] fields, bool isBroken)
    {
        var text = parser.RawRecord.AsSpan();
        return parser.RawRow - (isBroken && fields[^1].EndsWith('\n') ? text : text.TrimEnd("\r\n")).Count('\n');
    }

    /// <summary>What stands most often between the names.</summary>
    private static string DelimiterOf(string beginning)
    {
        var names = beginning.TrimStart().Split('\n', 2)[0];
        return s_delimiters.MaxBy(delimiter => names.Count(letter => letter == delimiter)).ToString();
    }

    private IReadOnlyList<Problem> Header(string[] names, int line)
    {
        var problems = new List<Problem>();
        foreach (var name in names)
        {
            if (name.Length == 0 || _columns.Exists(column => column.Name == name))
                problems.Add(
                    new Problem(
                        "", $"Line {line}: {(name.Length == 0 ? "a column has no name" : $"two columns are called '{name}'")}.",
                        "a name of its own for each column", Line: line));
            else if (!IsStorable(name))
                problems.Add(new Problem("", $"Line {line}: the names of the columns are not text in UTF-8.", "text in UTF-8", Line: line));
            else
                AddColumn(name);
        }

        foreach (var missing in @params.Wanted.Except(names))
            problems.Add(
                new Problem("", $"Line {line}: there is no column '{missing}'.", $"one of {string.Join(", ", names)}", Line: line));
        return problems;
    }

    private UploadedRow Row(int number, int line, string[] fields)
    {
        if (fields.Length != _columns.Count)
        {
            var wrong =
                $"Line {line} has {fields.Length} {(fields.Length == 1 ? "field" : "fields")}, and there are {_columns.Count} columns.";
            return new UploadedRow(number, line, [], [new Problem($"/{number - 1}", wrong,
                "a field for each column; quotes around text that has commas in it", Line: line)]);
        }

        var row = new JsonObject();
        var problems = new List<Problem>();
        foreach (var (column, text) in _columns.Zip(fields))
        {
            if (column.Param is not { } param)
                continue;
            var (value, expected) = IsStorable(text) ? @params.FromText(param, text) : (null, "text in UTF-8, without NUL characters");
            if (expected is not null)
                problems.Add(Wrong(number, line, column.Name, IsStorable(text) ? $"'{TextCut.To(text, 60)}'" : "the text", expected));
            else if (value is not null)
                row[param] = value;
        }

        return new UploadedRow(number, line, row, problems);
    }

    /// <summary>Bytes that are not UTF-8 are read as U+FFFD.</summary>
    private static bool IsStorable(string text) => text.AsSpan().IndexOfAny('\0', '\uFFFD') < 0;

    private async IAsyncEnumerable<UploadedRow> ReadLinesAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(leaveOpen: true));
        var (line, number) = (0, 0);
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (TryReadLine(ref rest, read.IsCompleted, out var bytes))
            {
                line++;
                var text = Trim(
                    line == 1 && bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsMemory(Encoding.UTF8.Preamble.Length) : bytes);
                if (text.Length > 0)
                    yield return FromJson(++number, line, text);
            }

            if (rest.Length > MaxRowBytes)
            {
                yield return new UploadedRow(
                    number + 1, line + 1, [],
                    [new Problem("", $"Line {line + 1} is longer than {MaxRowBytes:N0} bytes.", "an object in each line", Line: line + 1)]);
                yield break;
            }

            pipe.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
                yield break;
        }
    }

    private static bool TryReadLine(ref ReadOnlySequence<byte> rest, bool isLast, out byte[] line)
    {
        var end = rest.PositionOf((byte)'\n');
        if (end is null && (!isLast || rest.IsEmpty))
        {
            line = [];
            return false;
        }

        line = (end is { } found ? rest.Slice(0, found) : rest).ToArray();
        rest = end is { } at ? rest.Slice(rest.GetPosition(1, at)) : rest.Slice(rest.End);
        return true;
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> text) => text.Trim(" \t\r"u8);

    private async IAsyncEnumerable<UploadedRow> ReadArrayAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var items = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(body, s_json, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        for (var number = 1; ; number++)
        {
            Problem? wrong = null;
            try
            {
                if (!await items.MoveNextAsync())
                    yield break;
            }
            catch (JsonException exception)
            {
                wrong = new Problem("", $"The body is not an array of objects in JSON from line {exception.LineNumber + 1} on.",
                    "an array of objects", Line: (int?)exception.LineNumber + 1);
            }

            if (wrong is not null)
            {
                yield return new UploadedRow(number, wrong.Line, [], [wrong]);
                yield break;
            }

            yield return FromJson(number, null, JsonMarshal.GetRawUtf8Value(items.Current).ToArray());
        }
    }

    private UploadedRow FromJson(int number, int? line, ReadOnlyMemory<byte> utf8)
    {
        JsonElement json;
        try
        {
            json = StrictJson.Parse(utf8, line);
        }
        catch (ApiException exception)
        {
            var errors = exception.Problem.Errors ?? [new Problem("", exception.Problem.Detail, "an object in JSON")];
            return new UploadedRow(
                number, line, [], [.. errors.Select(error => error with { Pointer = $"/{number - 1}{error.Pointer}", Line = line })]);
        }

        if (json.ValueKind != JsonValueKind.Object)
            return new UploadedRow(number, line, [], [new Problem($"/{number - 1}", $"{Place(number, line)} is not an object.",
                "an object with a member for each param", Line: line)]);
        var row = new JsonObject();
        var problems = new List<Problem>();
        foreach (var member in json.EnumerateObject())
        {
            if (!_columns.Exists(column => column.Name == member.Name))
                AddColumn(member.Name);
            if (@params.ParamOf(member.Name) is not { } param)
                continue;
            var (value, expected) = @params.FromJson(param, member.Value);
            if (expected is not null)
                problems.Add(Wrong(number, line, member.Name, TextCut.To(member.Value.GetRawText(), 60), expected));
            else if (value is not null)
                row[param] = value;
        }

        return new UploadedRow(number, line, row, problems);
    }

    private void AddColumn(string name)
    {
        var param = @params.ParamOf(name);
        _columns.Add(new BatchColumn(name, param, param is null ? null : @params.TypeOf(param)));
    }

    private static Problem Wrong(int number, int? line, string column, string value, string expected) =>
        new(
            $"/{number - 1}/{Problem.Escape(column)}", $"{Place(number, line)}, column '{column}': {value} is not {expected}.", expected,
            Line: line);

    private static string Place(int number, int? line) => line is null ? $"Row {number}" : $"Line {line}";

    /// <summary>A body that may not be longer than so many bytes.</summary>
    private sealed class BoundedStream(Stream body, long left) : Stream
    {
        private long _left = left;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read;
            try
            {
                read = await body.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception exception) when (WireText.IsMisencoded(exception))
            {
                throw new ApiException(ApiProblem.Of(StatusCodes.Status400BadRequest, "The body is not what Content-Encoding says."));
            }

            return (_left -= read) >= 0 ? read : throw new ApiException(ApiProblem.Of(
                StatusCodes.Status413PayloadTooLarge, $"The body is larger than {MaxBytes:N0} bytes."));
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
