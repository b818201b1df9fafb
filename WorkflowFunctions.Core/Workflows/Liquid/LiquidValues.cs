using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Values;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>Translates between JSON and what templates work on.</summary>
internal static partial class LiquidValues
{
    /// <summary>The value of some JSON; objects and lists are opened only where a template looks into them.</summary>
    public static FluidValue FromJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => new LiquidObject(json),
        JsonValueKind.Array => new LiquidList(json),
        JsonValueKind.String => StringValue.Create(json.GetString()!),
        JsonValueKind.Number when json.TryGetInt64(out var whole) && whole != 0 => NumberValue.Create((decimal)whole),
        JsonValueKind.Number => Number(json.GetRawText()),
        JsonValueKind.True => BooleanValue.True,
        JsonValueKind.False => BooleanValue.False,
        _ => NilValue.Instance,
    };

    /// <summary>A number that is written out; one that would be written otherwise keeps its digits.</summary>
    public static FluidValue Number(string digits) =>
        decimal.TryParse(
            digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && (number.Scale == 0 ? digits.Length < 28 : number == 0 || Math.Abs(number) >= 0.0001m)
        && LiquidNumbers.Trimmed(number) is var value && value.ToStringValue() == digits ? value : new LiquidNumber(digits);

    /// <summary>The JSON of a value, with its letters as they are.</summary>
    public static string ToJsonText(FluidValue value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(writer, value);
        var json = Encoding.UTF8.GetString(buffer.WrittenSpan);
        // The most relaxed encoder that there is escapes letters of two halves, such as emoji.
        return json.Contains(@"\uD", StringComparison.Ordinal) ? Escapes().Replace(json, Unescaped) : json;
    }

    public static void Write(Utf8JsonWriter writer, FluidValue value)
    {
        switch (value)
        {
            case LiquidValue own:
                own.Write(writer);
                break;
            case NumberValue:
                writer.WriteNumberValue(value.ToNumberValue());
                break;
            case BooleanValue:
                writer.WriteBooleanValue(value.ToBooleanValue());
                break;
            case NilValue:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteStringValue(value.ToStringValue());
                break;
        }
    }

    private static string Unescaped(Match escape) => escape.Groups["first"].Success
        ? string.Concat(Half(escape.Groups["first"]), Half(escape.Groups["second"]))
        : escape.Value;

    private static string Half(Group digits) =>
        ((char)int.Parse(digits.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString();

    [GeneratedRegex(@"\\u(?<first>D[89AB]..)\\u(?<second>D[C-F]..)|\\.", RegexOptions.CultureInvariant)]
    private static partial Regex Escapes();
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

    /// <summary>Writes the value as JSON.</summary>
    public abstract void Write(Utf8JsonWriter writer);
}

/// <summary>A number with more digits than can be calculated with, or other ones: it is given on as it came.</summary>
internal sealed class LiquidNumber(string digits) : LiquidValue
{
    public override FluidValues Type => FluidValues.Number;

    public override decimal ToNumberValue() => decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw LiquidNumbers.TooLarge();

    public override string ToStringValue() => digits;

    public override void Write(Utf8JsonWriter writer) => writer.WriteRawValue(digits);
}

/// <summary>An object: one of JSON, or values by their names.</summary>
internal sealed class LiquidObject(JsonElement json) : LiquidValue
{
    private const int LongText = 100;

    private Dictionary<string, FluidValue>? _kept;

    public LiquidObject(Dictionary<string, FluidValue> members) : this(default(JsonElement)) => _kept = members;

    public int Count => IsJson ? json.GetPropertyCount() : _kept!.Count;

    public override FluidValues Type => FluidValues.Dictionary;

    /// <summary>The names and values, as Liquid loops over them.</summary>
    public LiquidList Pairs => new([.. Names.Select(name => new LiquidList([StringValue.Create(name), Find(name)!]))]);

    private bool IsJson => json.ValueKind == JsonValueKind.Object;

    private IEnumerable<string> Names => IsJson ? json.EnumerateObject().Select(member => member.Name) : _kept!.Keys;

    public FluidValue? Find(string name)
    {
        if (_kept is not null && _kept.TryGetValue(name, out var value))
            return value;
        if (!IsJson || !json.TryGetProperty(name, out var found))
            return null;
        value = LiquidValues.FromJson(found);
        // What costs much is made once, however often a loop reads it.
        if (value is LiquidValue || (value is StringValue && value.ToStringValue().Length > LongText))
            (_kept ??= new(StringComparer.Ordinal))[name] = value;
        return value;
    }

    public bool HasSame(LiquidObject other) =>
        Count == other.Count && Names.All(name => other.Find(name) is { } value && LiquidComparison.AreEqual(Find(name)!, value));

    public override void Write(Utf8JsonWriter writer)
    {
        if (IsJson)
        {
            json.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var (name, value) in _kept!)
        {
            writer.WritePropertyName(name);
            LiquidValues.Write(writer, value);
        }

        writer.WriteEndObject();
    }

    public override decimal ToNumberValue() => Count;

    public override IEnumerable<FluidValue> Enumerate(TemplateContext context) => Pairs.All();
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

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var item in All())
            LiquidValues.Write(writer, item);
        writer.WriteEndArray();
    }

    public override decimal ToNumberValue() => Count;

    public override IEnumerable<FluidValue> Enumerate(TemplateContext context) => All();
}

/// <summary>A list: one of JSON, or of values.</summary>
internal sealed class LiquidList(JsonElement json) : LiquidSequence
{
    private IReadOnlyList<FluidValue>? _items;

    public LiquidList(IReadOnlyList<FluidValue> items) : this(default(JsonElement)) => _items = items;

    public override long Count => _items?.Count ?? json.GetArrayLength();

    public override FluidValue this[long index] => (_items ??= [.. json.EnumerateArray().Select(LiquidValues.FromJson)])[(int)index];

    public override void Write(Utf8JsonWriter writer)
    {
        if (json.ValueKind == JsonValueKind.Array)
            json.WriteTo(writer);
        else
            base.Write(writer);
    }
}

/// <summary>Whole numbers from one to another: they are counted, not kept.</summary>
internal sealed class LiquidRange(long first, long last) : LiquidSequence
{
    public override long Count => Math.Max(0, last - first + 1);

    public override FluidValue this[long index] => NumberValue.Create((decimal)(first + index));

    public bool Has(decimal number) => number >= first && number <= last && decimal.IsInteger(number);

    public override string ToStringValue() => $"{first}..{last}";
}
