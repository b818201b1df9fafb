using Fluid.Values;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>Filters on lists. Each takes a list with its lists laid flat, and anything else as a list of one.</summary>
internal static class LiquidLists
{
    /// <summary>What a loop over a value takes.</summary>
    public static LiquidSequence Of(FluidValue value) => value switch
    {
        LiquidSequence items => items,
        LiquidObject members => members.Pairs,
        StringValue when value.ToStringValue().Length > 0 => new LiquidList([value]),
        _ => new LiquidList([]),
    };

    public static List<FluidValue> Flat(FluidValue value)
    {
        var all = new List<FluidValue>(value is LiquidSequence { Count: <= LiquidTemplate.MaxIterations and var count } ? (int)count : 1);
        if (!value.IsNil())
            Add(value);
        return all;

        void Add(FluidValue part)
        {
            if (part is LiquidSequence items)
            {
                foreach (var item in items.All())
                    Add(item);
            }
            else
            {
                all.Add(all.Count < LiquidTemplate.MaxIterations ? part : throw LiquidContext.TooLarge());
            }
        }
    }

    public static LiquidList Concat(FluidValue left, FluidValue right)
    {
        var items = right as LiquidSequence
            ?? throw new LiquidSyntaxException($"The filter 'concat' takes a list; it is given {LiquidComparison.Kind(right)}.");
        List<FluidValue> all = [.. Flat(left), .. items.All()];
        return all.Count > LiquidTemplate.MaxIterations ? throw LiquidContext.TooLarge() : new LiquidList(all);
    }

    public static StringValue Join(FluidValue value, string glue)
    {
        var texts = Flat(value).ConvertAll(item => item.ToStringValue());
        return texts.Sum(text => (long)text.Length + glue.Length) > LiquidTemplate.MaxCharacters
            ? throw LiquidContext.TooLarge()
            : StringValue.Create(string.Join(glue, texts));
    }

    /// <summary>
    /// What a filter gives that asks for items with a property: any but null and false, or a value. An item that is null, true or false
    /// makes it null.
    /// </summary>
    public static FluidValue Where(
        FluidValue value, FluidValue property, FluidValue wanted, FluidValue otherwise,
        Func<List<FluidValue>, Func<FluidValue, bool>, FluidValue?> give)
    {
        var hasOther = false;
        var items = Flat(value);
        var result = items.Count == 0 ? otherwise : give(items, item =>
        {
            hasOther |= item.IsNil() || item is BooleanValue;
            var found = hasOther || property.IsNil() ? NilValue.Instance : Property(item, property);
            return wanted.IsNil() ? found.ToBooleanValue() : LiquidComparison.AreEqual(found, wanted);
        });
        return hasOther ? NilValue.Instance : result ?? NilValue.Instance;
    }

    /// <summary>Sorts by a property, or by the values themselves; null comes last.</summary>
    public static LiquidList Sort(FluidValue value, FluidValue property, Comparison<FluidValue> compare)
    {
        var keys = Comparer<FluidValue>.Create((one, other) =>
            one.IsNil() || other.IsNil() ? one.IsNil().CompareTo(other.IsNil()) : compare(one, other));
        return new LiquidList([.. Flat(value).OrderBy(item => Property(item, property), keys)]);
    }

    /// <summary>A property of an item, a member or a part of a text; the item itself where none is named.</summary>
    public static FluidValue Property(FluidValue item, FluidValue property) => item switch
    {
        _ when property.IsNil() => item,
        LiquidObject members => members.Find(property.ToStringValue()) ?? NilValue.Instance,
        StringValue text => property is StringValue && LiquidComparison.IsTrue(text, "contains", property) ? property : NilValue.Instance,
        _ when item.IsNil() || item is BooleanValue => NilValue.Instance,
        _ => throw new LiquidSyntaxException(
            $"A filter cannot take the property '{property.ToStringValue()}' of {LiquidComparison.Kind(item)}."),
    };

    /// <summary>A part of a list or of a text; a place below 0 counts from the end.</summary>
    public static FluidValue Slice(FluidValue value, FluidValue start, FluidValue length)
    {
        var text = value is LiquidSequence ? "" : value.ToStringValue();
        var count = (value as LiquidSequence)?.Count ?? LiquidTexts.Length(text);
        var from = LiquidNumbers.Whole(start, "The place for 'slice'");
        from = from < 0 ? from + count : from;
        var taken = length.IsNil() ? 1 : LiquidNumbers.Whole(length, "The length for 'slice'");
        taken = from < 0 ? 0 : Math.Max(0, Math.Min(taken, count - from));
        return value is not LiquidSequence items ? StringValue.Create(taken == 0 ? "" : LiquidTexts.Part(text, from, taken))
            : taken > LiquidTemplate.MaxIterations ? throw LiquidContext.TooLarge()
            : new LiquidList([.. Enumerable.Range(0, (int)taken).Select(index => items[from + index])]);
    }
}
