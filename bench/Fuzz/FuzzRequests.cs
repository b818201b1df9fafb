using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowFunctions.Bench.Fuzz;

/// <summary>Makes requests of chance. The same number gives the same request on a server that gave the same ids.</summary>
public sealed class FuzzRequests
{
    private static readonly string[] s_methods =
        ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECTX", "get", "FOO"];
    private static readonly string[] s_types =
    [
        "application/json", "application/json; charset=utf-16", "text/plain", "application/xml", "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x", "a", "", "application/vnd.x+json",
    ];

    private static readonly string[] s_headers =
    [
        "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "Accept", "Accept-Encoding", "Accept-Language", "Range",
        "Authorization", "X-Api-Key", "Cookie", "X-Forwarded-For", "Content-Encoding", "X-HTTP-Method-Override", "Origin",
    ];

    private static readonly string[] s_compressions = ["gzip", "gzip", "br", "deflate", "x"];

    private static readonly Encoding[] s_encodings =
        [Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, Encoding.Latin1];

    private readonly int _seed;
    private readonly IReadOnlyList<ApiOperation> _operations;
    private readonly KnownIds _ids;
    private readonly IReadOnlyList<string> _keys;
    private readonly SchemaValues _values;
    private readonly RandomTemplate _templates;

    /// <param name="seed">What decides.</param>
    /// <param name="document">The OpenAPI document.</param>
    /// <param name="samples">Workflows to change.</param>
    /// <param name="types">The node types that the server knows.</param>
    /// <param name="ids">The ids that are known.</param>
    /// <param name="keys">Keys to send requests with; none on a server that is open.</param>
    public FuzzRequests(
        int seed, JsonElement document, IReadOnlyList<string> samples, IReadOnlyList<string> types, KnownIds ids,
        IReadOnlyList<string> keys)
    {
        (_seed, _ids, _keys) = (seed, ids, keys);
        _operations = ApiOperation.ReadAll(document);
        _values = new SchemaValues(document, ids);
        _templates = new RandomTemplate(samples, types);
    }

    /// <summary>The request of a number.</summary>
    public FuzzCase Make(int number)
    {
        var random = new Random(unchecked((_seed * 1_000_003) + number));
        var request = Make(random);
        if (_keys.Count == 0 || request.IsRaw || request.Headers.ContainsKey("Authorization"))
            return request;
        return request with
        {
            Headers = new Dictionary<string, string>(request.Headers) { ["Authorization"] = "Bearer " + HostileValues.Pick(random, _keys) },
        };
    }

    private FuzzCase Make(Random random) =>
        random.Next(40) switch
        {
            0 => Raw(random),
            1 => Wild(random),
            < 14 => Template(random),
            < 17 => Start(random),
            < 20 => Hook(random),
            _ => Of(HostileValues.Pick(random, _operations), random),
        };

    private FuzzCase Of(ApiOperation operation, Random random)
    {
        var request = new FuzzCase
        {
            Method = random.Next(30) == 0 ? HostileValues.Pick(random, s_methods) : operation.Method,
            Target = Target(operation, random),
            Headers = Headers(operation, random),
            Operation = operation.Name,
        };
        if (operation.Body is { } schema)
            return WithJson(request, _values.Make(schema, "", random), random);
        return random.Next(15) == 0 ? WithJson(request, HostileValues.Json(random), random) : request;
    }

    /// <summary>Most of what can be wrong is in a workflow.</summary>
    private FuzzCase Template(Random random)
    {
        var request = random.Next(3) switch
        {
            0 => new FuzzCase { Method = "POST", Target = "/api/templates/validate", Operation = "POST /api/templates/validate" },
            1 when _ids.Find("templates", random) is { } id => new FuzzCase
            {
                Method = "PUT",
                Target = "/api/templates/" + Uri.EscapeDataString(id),
                Operation = "PUT /api/templates/{id}",
            },
            _ => new FuzzCase { Method = "POST", Target = "/api/templates", Operation = "POST /api/templates" },
        };
        return WithJson(request, _templates.Make(random), random);
    }

    private FuzzCase Start(Random random)
    {
        var body = new JsonObject { ["template_id"] = _ids.Find("templates", random) ?? "none", ["params"] = HostileValues.Json(random) };
        if (random.Next(3) == 0)
            body["config"] = HostileValues.Json(random);
        return WithJson(new FuzzCase { Method = "POST", Target = "/api/executions", Operation = "POST /api/executions" }, body, random);
    }

    /// <summary>What senders do to hooks: forms, files, charsets, compression, and what only says that it is one of them.</summary>
    private FuzzCase Hook(Random random)
    {
        var request = new FuzzCase
        {
            Method = "POST",
            Target = "/api/hooks/" + Uri.EscapeDataString(_ids.Find("token", random) ?? "none"),
            Operation = "POST /api/hooks/{hook}",
        };
        var text = HostileValues.ShortText(random);
        var (body, type) = random.Next(5) switch
        {
            0 => (Encoding.UTF8.GetBytes($"topic={Uri.EscapeDataString(text)}&{text}=1&a=1&a=2"), "application/x-www-form-urlencoded"),
            1 => (
                Encoding.UTF8.GetBytes(
                    $"--x\r\nContent-Disposition: form-data; name=\"{text}\"\r\n\r\n{text}\r\n--x\r\nContent-Disposition: form-data; "
                        + $"name=\"f\"; filename=\"{text}\"\r\n\r\n{text}\r\n--x{(random.Next(4) == 0 ? "" : "--")}\r\n"),
                "multipart/form-data; boundary=x"),
            2 => (
                HostileValues.Pick(random, s_encodings).GetBytes(HostileValues.Json(random)?.ToJsonString() ?? ""),
                HostileValues.Pick(random, s_types)),
            3 => (Encoding.UTF8.GetBytes(text), "text/plain"),
            _ => (Encoding.UTF8.GetBytes(HostileValues.Json(random)?.ToJsonString() ?? "null"), "application/json"),
        };
        if (random.Next(3) != 0)
            return request.With(body, type);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(body);
        var bytes = random.Next(3) == 0 ? JsonMutation.Break(packed.ToArray(), random) : packed.ToArray();
        return request.With(bytes, type) with
        {
            Headers = new Dictionary<string, string> { ["Content-Encoding"] = HostileValues.Pick(random, s_compressions) },
        };
    }

    private static FuzzCase WithJson(FuzzCase request, JsonNode? json, Random random)
    {
        var text = Encoding.UTF8.GetBytes(json?.ToJsonString() ?? "null");
        if (random.Next(8) == 0)
            text = JsonMutation.Break(text, random);
        return request.With(text, random.Next(20) == 0 ? HostileValues.Pick(random, s_types) : "application/json");
    }

    private string Target(ApiOperation operation, Random random)
    {
        var collection = operation.Path.Split('/') is { Length: > 2 } parts ? parts[2] : "";
        var path = string.Join(
            '/',
            operation.Path.Split('/')
                .Select(part => part is ['{', .., '}'] ? Escape(Value(part[1..^1], collection, random), random) : part));
        var query = new List<string>();
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.Place == "query"))
        {
            if (random.Next(3) == 0)
                query.Add($"{parameter.Name}={Escape(QueryValue(parameter, random), random)}");
        }

        if (random.Next(20) == 0)
            query.Add(Escape(HostileValues.ShortText(random), random) + "=" + Escape(HostileValues.ShortText(random), random));
        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    private string Value(string name, string collection, Random random) =>
        random.Next(4) != 0 && _ids.Find(name == "id" ? collection : name, random) is { } id ? id
        : HostileValues.ShortText(random) is { Length: > 0 } text ? text
        : "x";

    private string QueryValue(ApiParameter parameter, Random random)
    {
        // A long wait is what was asked for, and no hang.
        if (parameter.Name == "wait")
            return random.Next(2) == 0 ? "1" : HostileValues.Number(random) is { Length: > 6 } number ? number : "-1";
        return random.Next(3) == 0
            ? HostileValues.ShortText(random)
            : _values.Make(parameter.Schema, parameter.Name, random) is { } made ? Short(made.ToString()) : "";
    }

    private static string Short(string text) => text.Length > 1_000 ? text[..1_000] : text;

    private static Dictionary<string, string> Headers(ApiOperation operation, Random random)
    {
        var headers = new Dictionary<string, string>();
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.Place == "header" && random.Next(2) == 0))
            headers[parameter.Name] = Header(HostileValues.ShortText(random));
        if (random.Next(8) == 0)
            headers[HostileValues.Pick(random, s_headers)] = Header(HostileValues.ShortText(random));
        // A request that says it is from elsewhere is refused, and tests nothing more.
        if (headers.ContainsKey("Origin") && random.Next(4) != 0)
            headers.Remove("Origin");
        return headers;
    }

    /// <summary>What a client sends in a header: none of the characters that end it.</summary>
    private static string Header(string text) =>
        new([.. text.Select(letter => letter is < ' ' or '\x7f' ? ' ' : letter > '\xff' ? '?' : letter)]);

    private static string Escape(string text, Random random) =>
        random.Next(10) switch
        {
            // As it is, but for what no request line holds.
            0 => string.Concat(
                text.Select(letter =>
                    letter is > ' ' and < '\x7f' and not ('#' or '?') ? letter.ToString() : Uri.EscapeDataString(letter.ToString()))),
            1 => Uri.EscapeDataString(Uri.EscapeDataString(text)),
            _ => Uri.EscapeDataString(text),
        };

    /// <summary>An address that nothing was made for.</summary>
    private static FuzzCase Wild(Random random) =>
        new()
        {
            Method = HostileValues.Pick(random, s_methods),
            Target =
                "/"
                + string.Join(
                    '/',
                    Enumerable
                        .Range(0, random.Next(5))
                        .Select(_ =>
                            random.Next(2) == 0
                                ? HostileValues.Pick(
                                    random,
                                    [
                                        "api", "executions", "templates", "..", "%2e%2e", "%00", "%ff%fe", "openapi", "v1.json", "scalar",
                                        "assets", "index.html", ";a=b", "", "appsettings.json",
                                    ])
                                : Escape(HostileValues.ShortText(random), random))),
            Operation = "any address",
        };

    /// <summary>Bytes that are hardly HTTP.</summary>
    private static FuzzCase Raw(Random random)
    {
        var length = random.Next(0, 40).ToString(CultureInfo.InvariantCulture);
        var text = random.Next(9) switch
        {
            0 => "GET /api/executions HTTP/1.1\r\n\r\n",
            1 => "POST /api/executions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + $"{length}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{{}}\r\n0\r\n\r\n",
            2 => "POST /api/templates HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: "
                + "chunked\r\n\r\nZZ\r\n{}\r\n",
            3 => $"GET /{HostileValues.Text(random)} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            4 => $"GET /api/executions HTTP/9.9\r\nHost: localhost\r\n{new string('a', random.Next(100_000))}: b\r\n\r\n",
            5 => $"{HostileValues.Text(random)} {HostileValues.Text(random)} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            6 => $"GET http://elsewhere/api/executions HTTP/1.1\r\nHost: {HostileValues.Text(random)}\r\nConnection: close\r\n\r\n",
            7 => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + HostileValues.Text(random),
            _ => "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        };
        return new FuzzCase { Method = "", Target = "", Bytes = Encoding.UTF8.GetBytes(text), IsRaw = true, Operation = "bytes" };
    }
}
