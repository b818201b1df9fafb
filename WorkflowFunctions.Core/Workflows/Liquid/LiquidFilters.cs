using System.Text;
using Fluid;
using Fluid.Values;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>The filters that templates may use: the library's where they are as in Liquid, and own ones.</summary>
internal static class LiquidFilters
{
    private static readonly Dictionary<string, (int Least, int Most)> s_arguments = new[]
    {
        (0, 0, "abs ceil floor upcase downcase capitalize strip lstrip rstrip strip_newlines newline_to_br strip_html json"),
        (0, 0, "escape h escape_once url_encode url_decode base64_encode base64_decode base64_url_safe_encode base64_url_safe_decode"),
        (0, 0, "handleize md5 sha1 sha256 size first last reverse"),
        (0, 1, "round join uniq compact sort sort_natural sum default"),
        (0, 2, "truncate truncatewords"),
        (1, 1, "plus minus times divided_by modulo at_least at_most append prepend remove remove_first remove_last"),
        (1, 1, "split concat map date time_zone hmac_sha1 hmac_sha256"),
        (1, 2, "replace replace_first slice where reject find find_index has"),
        (2, 2, "replace_last"),
    }.SelectMany(group => group.Item3.Split(' ').Select(name => (name, (group.Item1, group.Item2)))).ToDictionary();

    /// <summary>The filters that there are, each with how many arguments it takes.</summary>
    public static IReadOnlyDictionary<string, (int Least, int Most)> Arguments => s_arguments;

    public static TemplateOptions Options { get; } = new()
    {
        ModelNamesComparer = StringComparer.Ordinal,
        TimeZone = TimeZoneInfo.Utc,
        Now = static () => DateTimeOffset.UtcNow,
    };

    static LiquidFilters()
    {
        AddNumbers();
        AddTexts();
        AddLists();
        Options.Filters.AddFilter("date", LiquidTexts.Date);
        Options.Filters.AddFilter("time_zone", LiquidTexts.InZone);
        Add("json", (input, _) => StringValue.Create(LiquidValues.ToJsonText(input)));
        Add("default", (input, with) => IsBlank(input, with["allow_false"].ToBooleanValue()) ? with.At(0).Or(StringValue.Empty) : input);
        foreach (var (name, filter) in Options.Filters.ToList())
        {
            Options.Filters.AddFilter(name, (input, arguments, context) => Run(name, filter, input, arguments, (LiquidContext)context));
        }
    }

    /// <summary>What is wrong with a use of a filter; null if nothing is. An argument without a name has null for one.</summary>
    public static string? Check(string name, IReadOnlyList<string?> arguments)
    {
        if (!s_arguments.TryGetValue(name, out var allowed))
            return $"There is no filter called '{name}'.";
        if (arguments.FirstOrDefault(argument => argument is not null && (name, argument) != ("default", "allow_false")) is { } unknown)
            return $"The filter '{name}' has no argument called '{unknown}'.";
        var count = arguments.Count(argument => argument is null);
        var many =
            (allowed.Least == allowed.Most ? "" : $"{allowed.Least} to ") + $"{allowed.Most} argument{(allowed.Most == 1 ? "" : "s")}";
        return count >= allowed.Least && count <= allowed.Most
            ? null
            : $"The filter '{name}' takes {many}; it is given {count}.";
    }

    private static void AddNumbers()
    {
        Calculation("plus", (left, right) => left + right);
        Calculation("minus", (left, right) => left - right);
        Calculation("times", (left, right) => left * right);
        Calculation("divided_by", LiquidNumbers.Divide);
        Calculation("modulo", LiquidNumbers.Modulo);
        Calculation("at_least", Math.Max);
        Calculation("at_most", Math.Min);
        Add("abs", (input, _) => LiquidNumbers.Trimmed(Math.Abs(LiquidNumbers.Of(input))));
        Add("ceil", (input, _) => NumberValue.Create(decimal.Ceiling(LiquidNumbers.Of(input))));
        Add("floor", (input, _) => NumberValue.Create(decimal.Floor(LiquidNumbers.Of(input))));
        Add("round", (input, with) => LiquidNumbers.Round(LiquidNumbers.Of(input), LiquidNumbers.Of(with.At(0))));
    }

    private static void AddTexts()
    {
        const StringComparison ordinal = StringComparison.Ordinal;
        OfText("replace", (text, with) => LiquidTexts.Replace(text, with(0), with(1)));
        OfText("capitalize", (text, _) => text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant());
        OfText("newline_to_br", (text, _) => text.Replace("\r\n", "\n", ordinal).Replace("\n", "<br />\n", ordinal));
        OfText("escape", (text, _) => LiquidTexts.Escape(text));
        OfText("h", (text, _) => LiquidTexts.Escape(text));
        OfText("escape_once", (text, _) => LiquidTexts.EscapeOnce(text));
        OfText("strip_html", (text, _) => LiquidTexts.StripHtml(text));
        OfText("url_encode", (text, _) => Uri.EscapeDataString(text).Replace("%20", "+", ordinal));
        OfText("base64_url_safe_encode", (text, _) =>
            Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Replace('+', '-').Replace('/', '_'));
        OfText("base64_url_safe_decode", (text, _) =>
            Encoding.UTF8.GetString(Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/'))));
        Add("truncate", (input, with) =>
            LiquidTexts.Truncate(input.ToStringValue(), with.At(0), with.At(1).Or(StringValue.Create("...")).ToStringValue()));
        Add("truncatewords", (input, with) =>
            LiquidTexts.TruncateWords(input.ToStringValue(), with.At(0), with.At(1).Or(StringValue.Create("...")).ToStringValue()));
        Add("split", (input, with) => LiquidTexts.Split(input.ToStringValue(), with.At(0).ToStringValue()));
    }

    private static void AddLists()
    {
        Add("size", (input, _) => NumberValue.Create(
            (input as LiquidSequence)?.Count ?? (input as LiquidObject)?.Count ?? LiquidTexts.Length(input.ToStringValue())));
        Add("first", (input, _) =>
            input is StringValue ? StringValue.Create(string.Concat(input.ToStringValue().EnumerateRunes().Take(1)))
            : LiquidLists.Of(input) is { Count: > 0 } items ? items[0] : NilValue.Instance);
        Add("last", (input, _) => input is LiquidSequence { Count: > 0 } items ? items[items.Count - 1] : NilValue.Instance);
        Add("slice", (input, with) => LiquidLists.Slice(input, with.At(0), with.At(1)));
        Add("join", (input, with) => LiquidLists.Join(input, with.At(0).Or(StringValue.Create(" ")).ToStringValue()));
        Add("concat", (input, with) => LiquidLists.Concat(input, with.At(0)));
        Add("sort", (input, with) => LiquidLists.Sort(input, with.At(0), LiquidComparison.Compare));
        Add("sort_natural", (input, with) => LiquidLists.Sort(
            input, with.At(0),
            (one, other) => string.Compare(one.ToStringValue(), other.ToStringValue(), StringComparison.OrdinalIgnoreCase)));
        Add("sum", (input, with) => LiquidNumbers.Trimmed(
            LiquidLists.Flat(input).SelectMany(item => LiquidLists.Flat(LiquidLists.Property(item, with.At(0)))).Sum(LiquidNumbers.Of)));
        OfList("reverse", (items, _) => Enumerable.Reverse(items));
        OfList("map", (items, with) => items.Select(item => LiquidLists.Property(item, with.At(0))));
        OfList("uniq", (items, with) => items.DistinctBy(item => LiquidValues.ToJsonText(LiquidLists.Property(item, with.At(0)))));
        OfList("compact", (items, with) => items.Where(item => !LiquidLists.Property(item, with.At(0)).IsNil()));
        Choice("where", new LiquidList([]), (items, isWanted) => new LiquidList([.. items.Where(isWanted)]));
        Choice("reject", new LiquidList([]), (items, isWanted) => new LiquidList([.. items.Where(item => !isWanted(item))]));
        Choice("find", NilValue.Instance, (items, isWanted) => items.Find(item => isWanted(item)));
        Choice("find_index", NilValue.Instance, (items, isWanted) =>
            items.FindIndex(item => isWanted(item)) is >= 0 and var at ? NumberValue.Create((decimal)at) : null);
        Choice("has", BooleanValue.False, (items, isWanted) => BooleanValue.Create(items.Any(isWanted)));
    }

    private static void Add(string name, Func<FluidValue, FilterArguments, FluidValue> filter) =>
        Options.Filters.AddFilter(name, (input, arguments, _) => filter(input, arguments));

    private static void Calculation(string name, Func<decimal, decimal, decimal> calculate) =>
        Add(name, (input, with) => LiquidNumbers.Calculate(input, with.At(0), calculate));

    private static void OfText(string name, Func<string, Func<int, string>, string> filter) =>
        Add(name, (input, with) => StringValue.Create(filter(input.ToStringValue(), index => with.At(index).ToStringValue())));

    private static void OfList(string name, Func<List<FluidValue>, FilterArguments, IEnumerable<FluidValue>> filter) =>
        Add(name, (input, with) => new LiquidList([.. filter(LiquidLists.Flat(input), with)]));

    private static void Choice(string name, FluidValue otherwise, Func<List<FluidValue>, Func<FluidValue, bool>, FluidValue?> give) =>
        Add(name, (input, with) => LiquidLists.Where(input, with.At(0), with.At(1), otherwise, give));

    private static FluidValue Run(
        string name, FilterDelegate filter, FluidValue input, FilterArguments arguments, LiquidContext context)
    {
        context.Check();
        try
        {
            var result = LiquidExpression.Done(filter(input, arguments, context));
            return result is StringValue && result.ToStringValue().Length > LiquidTemplate.MaxCharacters
                ? throw LiquidContext.TooLarge()
                : result;
        }
        catch (OverflowException)
        {
            throw LiquidNumbers.TooLarge();
        }
        catch (Exception exception) when (exception is not LiquidSyntaxException)
        {
            throw new LiquidSyntaxException(
                $"The filter '{name}' cannot take what it is given, {LiquidComparison.Kind(input)}: {exception.Message}", exception);
        }
    }

    private static bool IsBlank(FluidValue value, bool allowsFalse) =>
        value.IsNil() || (value == BooleanValue.False && !allowsFalse) || LiquidComparison.AreEqual(EmptyValue.Instance, value);
}
