using System.Collections;
using System.Globalization;
using DotLiquid;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>
/// The library's filters of which a short template can make something without end, each held to a size before it runs: a text that is doubled in
/// a loop, one that is replaced by itself, a list that is joined to itself.
/// </summary>
internal static class LiquidBounds
{
    /// <summary>Puts two texts together.</summary>
    public static string Append(string? input, string? text) => Bounded((long)Length(input) + Length(text), () => StandardFilters.Append(input, text));

    /// <summary>Puts a text in front of another.</summary>
    public static string Prepend(string? input, string? text) => Bounded((long)Length(input) + Length(text), () => StandardFilters.Prepend(input, text));

    /// <summary>Replaces each occurrence.</summary>
    public static string Replace(Context context, string? input, string? text, string? replacement = "") => Bounded(
        Length(input) + (Occurrences(input, text) * Length(replacement)), () => StandardFilters.Replace(context, input, text, replacement));

    /// <summary>Replaces the first occurrence.</summary>
    public static string ReplaceFirst(Context context, string? input, string? text, string? replacement = "") => Bounded(
        (long)Length(input) + Length(replacement), () => StandardFilters.ReplaceFirst(context, input, text, replacement));

    /// <summary>Makes a text of a list.</summary>
    public static string? Join(IEnumerable? input, string glue = " ")
    {
        if (input is null)
            return null;
        var items = Kept(input);
        return Bounded(items.Sum(item => (long)Length(glue) + (item is string text ? text.Length : 1)), () => StandardFilters.Join(items, glue));
    }

    /// <summary>Joins two lists.</summary>
    public static IEnumerable? Concat(IEnumerable? left, IEnumerable? right) => Kept(StandardFilters.Concat(left, right));

    /// <summary>Multiplies numbers, or repeats a text.</summary>
    public static object? Times(Context context, object? input, object? operand) =>
        input is string && operand is int or long && Convert.ToInt64(operand, CultureInfo.InvariantCulture) > LiquidTemplate.MaxIterations
            ? throw TooLarge()
            : StandardFilters.Times(context, input, operand);

    /// <summary>Refuses a range that is longer than a loop may be; prints nothing.</summary>
    public static object? Within(object? from, object? to) =>
        TryNumber(from, out var first) && TryNumber(to, out var last) && last - first > LiquidTemplate.MaxIterations ? throw TooLarge() : null;

    /// <summary>What is told of a template that would grow too large.</summary>
    public static LiquidSyntaxException TooLarge() => new(
        $"The template makes too much: a text may have {LiquidTemplate.MaxCharacters:N0} characters, and a list or a loop {LiquidTemplate.MaxIterations:N0} items.");

    private static string Bounded(long length, Func<string> make) => length > LiquidTemplate.MaxCharacters ? throw TooLarge() : make();

    private static List<object?> Kept(IEnumerable items)
    {
        var kept = items.Cast<object?>().Take(LiquidTemplate.MaxIterations + 1).ToList();
        return kept.Count > LiquidTemplate.MaxIterations ? throw TooLarge() : kept;
    }

    private static int Length(string? text) => text?.Length ?? 0;

    private static long Occurrences(string? input, string? text)
    {
        if (string.IsNullOrEmpty(input) || string.IsNullOrEmpty(text))
            return 0;
        var count = 0L;
        for (var at = input.IndexOf(text, StringComparison.Ordinal); at >= 0; at = input.IndexOf(text, at + text.Length, StringComparison.Ordinal))
            count++;
        return count;
    }

    private static bool TryNumber(object? value, out decimal number) =>
        decimal.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), NumberStyles.Number, CultureInfo.InvariantCulture, out number);
}
