using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Http;

/// <summary>
/// Reads JSON that is to be stored in PostgreSQL. Refused, each with its place: what is not JSON (RFC 8259), nests too deep,
/// names a member twice (readers differ in which one they take), or holds what <c>jsonb</c> cannot: the NUL character, half of
/// a surrogate pair, or a number beyond a double's range.
/// </summary>
internal static class StrictJson
{
    private const int MaxNumberLength = 400;

    /// <summary>Reads a body.</summary>
    /// <param name="utf8">The body, or one line of it.</param>
    /// <param name="line">Which line it is; null for the whole body.</param>
    /// <exception cref="ApiException">It is refused.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> utf8, int? line = null)
    {
        if (!Utf8.IsValid(utf8.Span))
            throw Malformed("The body is not text in UTF-8.");
        try
        {
            var problems = Inspect(utf8.Span);
            return problems.Count > 0
                ? throw ApiException.Invalid(problems)
                : JsonElement.Parse(utf8.Span, new JsonDocumentOptions { MaxDepth = ApiJson.MaxRequestDepth });
        }
        catch (JsonException exception)
        {
            throw Malformed($"The body is not valid JSON at line {line ?? exception.LineNumber + 1}, byte "
                + $"{exception.BytePositionInLine + 1}: {Reason(exception)}");
        }
    }

    private static List<Problem> Inspect(ReadOnlySpan<byte> utf8)
    {
        var problems = new List<Problem>();
        var path = new JsonPath();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = ApiJson.MaxRequestDepth });
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    path.Enter(isArray: reader.TokenType == JsonTokenType.StartArray);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    path.Leave();
                    break;
                case JsonTokenType.PropertyName:
                    var name = StorableText(ref reader);
                    if (!path.Name(name ?? "?"))
                        problems.Add(new Problem(path.Pointer, $"The member '{name}' is given twice.", "each member once"));
                    if (name is null)
                        problems.Add(Unstorable(path.Pointer));
                    break;
                case JsonTokenType.String:
                    path.Value();
                    if (StorableText(ref reader) is null)
                        problems.Add(Unstorable(path.Pointer));
                    break;
                case JsonTokenType.Number:
                    path.Value();
                    if (!IsStorableNumber(reader.ValueSpan))
                        problems.Add(
                            new Problem(
                                path.Pointer, "The number is too long, too large or too small.", "a number that a double can hold"));
                    break;
                default:
                    path.Value();
                    break;
            }
        }

        return problems;
    }

    private static Problem Unstorable(string pointer) =>
        new(pointer, "The text holds a NUL character or half of a surrogate pair.", "text that PostgreSQL can store");

    private static string? StorableText(ref Utf8JsonReader reader)
    {
        try
        {
            var text = reader.GetString()!;
            return text.Contains('\0') ? null : text;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsStorableNumber(ReadOnlySpan<byte> digits)
    {
        if (digits.Length > MaxNumberLength)
            return false;
        var exponent = digits.IndexOfAny((byte)'e', (byte)'E');
        return exponent < 0
            || (int.TryParse(digits[(exponent + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)
                && power is >= -308 and <= 308);
    }

    private static string Reason(JsonException exception)
    {
        var end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? exception.Message : exception.Message[..end];
    }

    private static ApiException Malformed(string detail) => new(ApiProblem.Of(StatusCodes.Status400BadRequest, detail));

    /// <summary>Where a reader is, as a JSON pointer (RFC 6901), and the members that it has seen on the way.</summary>
    private sealed class JsonPath
    {
        private readonly List<Level> _levels = [];

        public string Pointer
        {
            get
            {
                var pointer = new StringBuilder();
                foreach (var level in _levels)
                {
                    if (level.Members is null)
                        pointer.Append(CultureInfo.InvariantCulture, $"/{level.Index}");
                    else if (level.Member is not null)
                        pointer.Append('/').Append(Problem.Escape(level.Member));
                }

                return pointer.ToString();
            }
        }

        public void Enter(bool isArray)
        {
            Value();
            _levels.Add(new Level { Members = isArray ? null : new HashSet<string>(StringComparer.Ordinal) });
        }

        public void Leave() => _levels.RemoveAt(_levels.Count - 1);

        /// <summary>Goes to a member; false if it was seen before.</summary>
        public bool Name(string name)
        {
            _levels[^1].Member = name;
            return _levels[^1].Members!.Add(name);
        }

        /// <summary>Goes to the next item, in an array.</summary>
        public void Value()
        {
            if (_levels is [.., { Members: null } array])
                array.Index++;
        }

        private sealed class Level
        {
            public HashSet<string>? Members { get; init; }

            public string? Member { get; set; }

            public int Index { get; set; } = -1;
        }
    }
}
