using System.Collections;
using System.Collections.Frozen;
using System.Reflection;
using DotLiquid;
using DotLiquid.NamingConventions;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>
/// Filters that the library lacks or has otherwise than Liquid: <c>json</c>, <c>default</c> and <c>truncatewords</c> for
/// authors, and the marks that <see cref="LiquidSource"/> sets.
/// </summary>
internal static class LiquidFilters
{
    private static readonly FrozenSet<string> s_marks =
        new[] { "require", "keep_type", "print", "discard", "within" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_names = new[] { typeof(StandardFilters), typeof(LiquidFilters), typeof(LiquidBounds) }
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
        .Select(method => new RubyNamingConvention().GetMemberName(method.Name))
        .Except(s_marks)
        .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether authors may use a filter of that name.</summary>
    internal static bool IsKnown(string name) => s_names.Contains(name);

    /// <summary>
    /// Gives another value for one that is null, false or empty, as Liquid defines it. Both keep their types; the library's own
    /// knows strings only.
    /// </summary>
    public static object? Default(object? input, object? otherwise = null) => IsBlank(input) ? otherwise : input;

    /// <summary>Liquid's name of what the library calls <c>truncate_words</c>.</summary>
    public static string Truncatewords(string input, int words = 15, string ellipsis = "...") =>
        StandardFilters.TruncateWords(input, words, ellipsis);

    /// <summary>Writes a value as JSON: <c>{{ nodes.a.items | json }}</c>.</summary>
    public static string Json(object? input) => LiquidValues.ToJson(input).GetRawText();

    /// <summary>Fails where the variable before it does not exist.</summary>
    public static object? Require(Context context, object? input, string variable)
    {
        Reading(context).CheckMemory();
        if (input is null && Reading(context).IsMissing(variable))
            throw new MissingVariableException(variable);
        return input;
    }

    /// <summary>Remembers a value with its type before it is turned into text.</summary>
    public static object? KeepType(Context context, object? input)
    {
        Reading(context).CheckMemory();
        Reading(context).Result = input;
        return null;
    }

    /// <summary>Writes an object in the middle of a text as JSON; everything else is printed as Liquid prints it.</summary>
    public static object? Print(Context context, object? input)
    {
        Reading(context).CheckMemory();
        return input is LiquidObject value ? value.ToJson().GetRawText() : input;
    }

    /// <summary>Prints nothing.</summary>
    public static object? Discard(Context context, object? input)
    {
        Reading(context).CheckMemory();
        return null;
    }

    private static bool IsBlank(object? value) => value switch
    {
        null or false => true,
        string text => text.Length == 0,
        JsonObjectView view => !view.ToJson().EnumerateObject().Any(),
        IEnumerable list => !list.Cast<object?>().Any(),
        _ => false,
    };

    private static LiquidReading Reading(Context context) => (LiquidReading)context.Registers[LiquidReading.Register];
}
