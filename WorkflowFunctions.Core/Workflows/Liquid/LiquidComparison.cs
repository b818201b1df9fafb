using System.Globalization;
using Fluid.Values;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>Compares values as Liquid does: no value equals one of another kind.</summary>
internal static class LiquidComparison
{
    public static bool IsTrue(FluidValue left, string comparison, FluidValue right) => comparison switch
    {
        "==" => AreEqual(left, right),
        "!=" or "<>" => !AreEqual(left, right),
        "contains" => Contains(left, right),
        "startswith" => left.ToStringValue().StartsWith(right.ToStringValue(), StringComparison.Ordinal),
        "endswith" => left.ToStringValue().EndsWith(right.ToStringValue(), StringComparison.Ordinal),
        _ when left.IsNil() || right.IsNil() || left is BooleanValue || right is BooleanValue => false,
        "<" => Compare(left, right) < 0,
        "<=" => Compare(left, right) <= 0,
        ">" => Compare(left, right) > 0,
        _ => Compare(left, right) >= 0,
    };

    public static bool AreEqual(FluidValue left, FluidValue right) => (left, right) switch
    {
        (BlankValue or EmptyValue, _) => left.Equals(right),
        (_, BlankValue or EmptyValue) => right.Equals(left),
        (LiquidObject one, LiquidObject other) => one.HasSame(other),
        (LiquidSequence one, LiquidSequence other) =>
            one.Count == other.Count && one.All().Zip(other.All(), AreEqual).All(isEqual => isEqual),
        _ when left.Type == FluidValues.Number && right.Type == FluidValues.Number => Compare(left, right) == 0,
        _ => left is not LiquidValue && right is not LiquidValue && left.Equals(right),
    };

    /// <summary>Which of two numbers or texts comes first; nothing else has an order.</summary>
    public static int Compare(FluidValue left, FluidValue right) => (left.Type, right.Type) switch
    {
        (FluidValues.Number, FluidValues.Number) when left is LiquidNumber || right is LiquidNumber =>
            ToDouble(left).CompareTo(ToDouble(right)),
        (FluidValues.Number, FluidValues.Number) => left.ToNumberValue().CompareTo(right.ToNumberValue()),
        (FluidValues.String, FluidValues.String) => string.CompareOrdinal(left.ToStringValue(), right.ToStringValue()),
        _ => throw new LiquidSyntaxException($"A comparison cannot take {Kind(left)} and {Kind(right)}."),
    };

    /// <summary>What a value is, in words.</summary>
    public static string Kind(FluidValue value) => value.Type switch
    {
        FluidValues.String => "a text",
        FluidValues.Number => "a number",
        FluidValues.Boolean => "true or false",
        FluidValues.Array => "a list",
        FluidValues.Dictionary or FluidValues.Object => "an object",
        _ => "null",
    };

    private static double ToDouble(FluidValue number) => double.Parse(number.ToStringValue(), CultureInfo.InvariantCulture);

    private static bool Contains(FluidValue container, FluidValue part) => container switch
    {
        _ when part.IsNil() || part == BooleanValue.False => false,
        LiquidRange range => part is NumberValue && range.Has(part.ToNumberValue()),
        LiquidSequence items => items.All().Any(item => AreEqual(item, part)),
        LiquidObject members => members.Find(part.ToStringValue()) is not null,
        StringValue => container.ToStringValue().Contains(part.ToStringValue(), StringComparison.Ordinal),
        _ => false,
    };
}
