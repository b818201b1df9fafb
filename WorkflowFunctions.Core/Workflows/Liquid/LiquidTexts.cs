using System.Globalization;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Filters;
using Fluid.Values;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>Filters on texts that the library has otherwise than Liquid, or without bounds.</summary>
internal static partial class LiquidTexts
{
    /// <summary>Replaces each occurrence; a text without length is before each letter, and at the end.</summary>
    public static string Replace(string text, string old, string replacement)
    {
        var occurrences = old.Length == 0 ? text.Length + 1L : text.AsSpan().Count(old);
        return text.Length + (occurrences * replacement.Length) > LiquidTemplate.MaxCharacters
            ? throw LiquidContext.TooLarge()
            : old.Length > 0 ? text.Replace(old, replacement, StringComparison.Ordinal)
            : replacement + string.Concat(text.Select(letter => letter + replacement));
    }

    /// <summary>The number of letters: one of two halves, such as an emoji, is one.</summary>
    public static int Length(string text) => text.Length - text.Count(char.IsLowSurrogate);

    public static string Part(string text, long from, long count) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')
        ? string.Concat(text.EnumerateRunes().Skip((int)from).Take((int)count))
        : text.Substring((int)from, (int)count);

    public static StringValue Truncate(string text, FluidValue length, string ellipsis)
    {
        var most = length.IsNil() ? 50 : LiquidNumbers.Whole(length, "The length of a text");
        return StringValue.Create(Length(text) <= most ? text : Part(text, 0, Math.Max(0, most - Length(ellipsis))) + ellipsis);
    }

    /// <summary>The parts of a text, without empty ones at its end; a space stands for any white space.</summary>
    public static LiquidList Split(string text, string separator)
    {
        if (separator.Length == 0
                ? text.Length > LiquidTemplate.MaxIterations
                : text.AsSpan().Count(separator) >= LiquidTemplate.MaxIterations)
            throw LiquidContext.TooLarge();
        var parts = separator switch
        {
            "" => text.EnumerateRunes().Select(rune => rune.ToString()).ToList(),
            " " => [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)],
            _ => [.. text.Split(separator)],
        };
        return new LiquidList([.. parts.Take(parts.FindLastIndex(part => part.Length > 0) + 1).Select(StringValue.Create)]);
    }

    public static StringValue TruncateWords(string text, FluidValue words, string ellipsis)
    {
        var count = (int)Math.Clamp(words.IsNil() ? 15 : LiquidNumbers.Whole(words, "The number of words"), 1, int.MaxValue - 1);
        var parts = text.Split((char[]?)null, count + 1, StringSplitOptions.RemoveEmptyEntries);
        return StringValue.Create(parts.Length <= count ? text : string.Join(' ', parts.Take(count)) + ellipsis);
    }

    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal)
            .Replace("\"", "&quot;", StringComparison.Ordinal)
            .Replace("'", "&#39;", StringComparison.Ordinal);

    public static string EscapeOnce(string text) => Unescaped().Replace(text, match => Escape(match.Value));

    public static string StripHtml(string text) => Tags().Replace(Blocks().Replace(text, ""), "");

    /// <summary>A time in a form; what is no time is given on as it is.</summary>
    public static ValueTask<FluidValue> Date(FluidValue input, FilterArguments arguments, TemplateContext context)
    {
        var format = arguments.At(0).ToStringValue();
        if (WideField().IsMatch(format))
            throw new LiquidSyntaxException("A field of a date may be 99 characters wide.");
        return format.Length > 0 && TryGetTime(input, context, out var time)
            ? MiscFilters.Date(new DateTimeValue(time), arguments, context)
            : input;
    }

    /// <summary>A time as the clocks of a zone show it, so written that <c>date</c> reads it.</summary>
    public static ValueTask<FluidValue> InZone(FluidValue input, FilterArguments arguments, TemplateContext context)
    {
        var name = arguments.At(0).ToStringValue();
        if (!TimeZones.TryFind(name, out var zone))
            throw new LiquidSyntaxException($"There is no time zone '{name}'. They are called as in the IANA database: Europe/Berlin.");
        if (!TryGetTime(input, context, out var time))
            return input;
        var there = TimeZoneInfo.ConvertTime(time, zone);
        return StringValue.Create(there.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture));
    }

    /// <summary>The time that a value is; a text of digits is seconds since 1970.</summary>
    private static bool TryGetTime(FluidValue value, TemplateContext context, out DateTimeOffset time)
    {
        var isSeconds = value is StringValue && value.ToStringValue() is { Length: > 0 and < 20 } text && text.All(char.IsAsciiDigit);
        return (isSeconds ? NumberValue.Create(LiquidNumbers.Of(value)) : value).TryGetDateTimeInput(context, out time);
    }

    [GeneratedRegex("""["'<>]|&(?!([a-zA-Z]+|#\d+);)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Unescaped();

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant)]
    private static partial Regex Tags();

    [GeneratedRegex(
        "<script.*?</script>|<!--.*?-->|<style.*?</style>",
        RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Blocks();

    [GeneratedRegex("%[-_^#:]*[0-9]{3}", RegexOptions.CultureInvariant)]
    private static partial Regex WideField();
}
