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

    public static string ReplaceAt(string text, int at, string old, string replacement) =>
        at < 0 ? text : text[..at] + replacement + text[(at + old.Length)..];

    /// <summary>The parts of a text, without empty ones at its end; a space stands for any white space.</summary>
    public static LiquidList Split(string text, string separator)
    {
        if (separator.Length == 0 ? text.Length > LiquidTemplate.MaxIterations : text.AsSpan().Count(separator) >= LiquidTemplate.MaxIterations)
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

    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal);

    public static string EscapeOnce(string text) => Unescaped().Replace(text, match => Escape(match.Value));

    public static string StripHtml(string text) => Tags().Replace(Blocks().Replace(text, ""), "");

    /// <summary>A time in a form; a text of digits is seconds since 1970, and what is no time is given on as it is.</summary>
    public static ValueTask<FluidValue> Date(FluidValue input, FilterArguments arguments, TemplateContext context)
    {
        var format = arguments.At(0).ToStringValue();
        if (WideField().IsMatch(format))
            throw new LiquidSyntaxException("A field of a date may be 99 characters wide.");
        var isSeconds = input is StringValue && input.ToStringValue() is { Length: > 0 and < 20 } text
            && text.All(char.IsAsciiDigit);
        var time = isSeconds ? NumberValue.Create(decimal.Parse(input.ToStringValue(), CultureInfo.InvariantCulture)) : input;
        return format.Length > 0 && time.TryGetDateTimeInput(context, out _) ? MiscFilters.Date(time, arguments, context) : input;
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
