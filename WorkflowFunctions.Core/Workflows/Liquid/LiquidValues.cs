using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fluid;
using Fluid.Values;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>Translates between JSON and what templates work on.</summary>
internal static class LiquidValues
{
    /// <summary>Nodes may have been given deeper JSON than people write.</summary>
    private static readonly JsonDocumentOptions s_deep = new() { MaxDepth = 512 };

    /// <summary>The value of some JSON; objects are opened only where a template looks into them.</summary>
    public static FluidValue FromJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => new LiquidObject(json),
        JsonValueKind.Array => new LiquidList([.. json.EnumerateArray().Select(FromJson)]),
        JsonValueKind.String => StringValue.Create(json.GetString()!),
        JsonValueKind.Number => Number(json.GetRawText()),
        JsonValueKind.True => BooleanValue.True,
        JsonValueKind.False => BooleanValue.False,
        _ => NilValue.Instance,
    };

    /// <summary>A number that is written out; one that would be written otherwise keeps its digits.</summary>
    public static FluidValue Number(string digits) =>
        decimal.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && (number.Scale == 0 ? digits.Length < 28 : number == 0 || Math.Abs(number) >= 0.0001m)
        && LiquidNumbers.Trimmed(number) is var value && value.ToStringValue() == digits ? value : new LiquidNumber(digits);

    public static JsonElement ToJson(FluidValue value) => JsonElement.Parse(Write(value, new JsonWriterOptions()), s_deep);

    /// <summary>The JSON of a value, with its letters as they are.</summary>
    public static string ToJsonText(FluidValue value) =>
        Encoding.UTF8.GetString(Write(value, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    private static ReadOnlySpan<byte> Write(FluidValue value, JsonWriterOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, options))
            Write(writer, value);
        return buffer.WrittenSpan;
    }

    private static void Write(Utf8JsonWriter writer, FluidValue value)
    {
        switch (value)
        {
            case LiquidObject members:
                members.WriteTo(writer);
                break;
            case LiquidSequence items:
                writer.WriteStartArray();
                foreach (var item in items.All())
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case NumberValue or LiquidNumber or BooleanValue:
                writer.WriteRawValue(value.ToStringValue());
                break;
            case NilValue:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteStringValue(value.ToStringValue());
                break;
        }
    }
}

/// <summary>A value that the library has not, or has otherwise; in a text it is JSON.</summary>
internal abstract class LiquidValue : FluidValue
{
    public override bool Equals(FluidValue? other) => other is not null && LiquidComparison.AreEqual(this, other);

    public override bool ToBooleanValue() => true;

    public override object ToObjectValue() => this;

    public override string ToStringValue() => LiquidValues.ToJsonText(this);

    public override ValueTask WriteToAsync(TextWriter writer, TextEncoder encoder, CultureInfo cultureInfo) =>
        new(writer.WriteAsync(ToStringValue()));
}

/// <summary>A number with more digits than can be calculated with, or other ones: it is given on as it came.</summary>
internal sealed class LiquidNumber(string digits) : LiquidValue
{
    public override FluidValues Type => FluidValues.Number;

    public override decimal ToNumberValue() => decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new LiquidSyntaxException("A number is too large to calculate with.");

    public override string ToStringValue() => digits;
}

/// <summary>An object: one of JSON, or the outputs of nodes by their ids.</summary>
internal sealed class LiquidObject(IReadOnlyDictionary<string, JsonElement> members) : LiquidValue
{
    private readonly Dictionary<string, FluidValue?> _read = new(StringComparer.Ordinal);

    public LiquidObject(JsonElement json) : this(Members(json))
    {
    }

    public int Count => members.Count;

    public override FluidValues Type => FluidValues.Dictionary;

    /// <summary>The names and values, as Liquid loops over them.</summary>
    public LiquidList Pairs => new([.. members.Keys.Select(name => new LiquidList([StringValue.Create(name), Find(name)!]))]);

    public FluidValue? Find(string name)
    {
        if (!_read.TryGetValue(name, out var value))
            _read[name] = value = members.TryGetValue(name, out var json) ? LiquidValues.FromJson(json) : null;
        return value;
    }

    public bool HasSame(LiquidObject other) =>
        Count == other.Count && members.Keys.All(name => other.Find(name) is { } value && LiquidComparison.AreEqual(Find(name)!, value));

    public void WriteTo(Utf8JsonWriter writer) => JsonSerializer.Serialize(writer, members);

    public override decimal ToNumberValue() => Count;

    public override IEnumerable<FluidValue> Enumerate(TemplateContext context) => Pairs.All();

    private static Dictionary<string, JsonElement> Members(JsonElement json)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
            members[member.Name] = member.Value;
        return members;
    }
}

/// <summary>Values in an order.</summary>
internal abstract class LiquidSequence : LiquidValue
{
    public abstract long Count { get; }

    public override FluidValues Type => FluidValues.Array;

    public abstract FluidValue this[long index] { get; }

    /// <summary>All of them, if they are not too many.</summary>
    public IEnumerable<FluidValue> All()
    {
        if (Count > LiquidTemplate.MaxIterations)
            throw LiquidContext.TooLarge();
        for (var i = 0L; i < Count; i++)
            yield return this[i];
    }

    public override decimal ToNumberValue() => Count;

    public override IEnumerable<FluidValue> Enumerate(TemplateContext context) => All();
}

internal sealed class LiquidList(IReadOnlyList<FluidValue> items) : LiquidSequence
{
    public override long Count => items.Count;

    public override FluidValue this[long index] => items[(int)index];
}

/// <summary>Whole numbers from one to another: they are counted, not kept.</summary>
internal sealed class LiquidRange(long first, long last) : LiquidSequence
{
    public override long Count => Math.Max(0, last - first + 1);

    public override FluidValue this[long index] => NumberValue.Create((decimal)(first + index));

    public bool Has(decimal number) => number >= first && number <= last && decimal.IsInteger(number);

    public override string ToStringValue() => $"{first}..{last}";
}
