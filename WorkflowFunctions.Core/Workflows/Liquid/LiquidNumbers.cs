using System.Globalization;
using System.Text.RegularExpressions;
using Fluid.Values;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>Numbers as Liquid has them: whole ones stay whole, and what is no number is 0.</summary>
internal static partial class LiquidNumbers
{
    /// <summary>The number that a value is, or that a text begins with.</summary>
    public static decimal Of(FluidValue value) => value switch
    {
        NumberValue or LiquidNumber => value.ToNumberValue(),
        StringValue when decimal.TryParse(Leading().Match(value.ToStringValue()).ValueSpan, CultureInfo.InvariantCulture, out var number) =>
            number,
        _ => 0,
    };

    /// <summary>The whole number that a value must be.</summary>
    public static long Whole(FluidValue value, string what) =>
        value is NumberValue && value.ToNumberValue() is { Scale: 0 } number && Math.Abs(number) <= long.MaxValue / 4 ? (long)number
        : value is StringValue && int.TryParse(value.ToStringValue(), CultureInfo.InvariantCulture, out var written) ? written
        : throw new LiquidSyntaxException(
            $"{what} must be a whole number that is not too large; it is "
                + $"{(value is NumberValue ? value.ToStringValue() : LiquidComparison.Kind(value))}.");

    /// <summary>A calculation of two numbers; with a part after the point in either, the result has one too.</summary>
    public static FluidValue Calculate(FluidValue left, FluidValue right, Func<decimal, decimal, decimal> calculate)
    {
        var (one, other) = (Of(left), Of(right));
        var result = calculate(one, other);
        return Trimmed(result.Scale == 0 && (one.Scale > 0 || other.Scale > 0) ? result * 1.0m : result);
    }

    /// <summary>A number without zeros at its end, but with one digit after the point if it had any.</summary>
    public static FluidValue Trimmed(decimal number)
    {
        if (number.Scale < 2)
            return NumberValue.Create(number);
        number /= 1.0000000000000000000000000000m;
        return NumberValue.Create(number.Scale == 0 ? number * 1.0m : number);
    }

    public static decimal Divide(decimal left, decimal right) =>
        right == 0 ? throw ByZero() : left.Scale == 0 && right.Scale == 0 ? decimal.Floor(left / right) : left / right;

    public static decimal Modulo(decimal left, decimal right) => right == 0 ? throw ByZero() : left - (right * decimal.Floor(left / right));

    public static FluidValue Round(decimal number, decimal digits)
    {
        var places = (int)Math.Clamp(decimal.Truncate(digits), -28, 28);
        if (places > 0)
            return Trimmed(Math.Round(number, places, MidpointRounding.AwayFromZero));
        var unit = Enumerable.Repeat(10m, -places).Aggregate(1m, (product, ten) => product * ten);
        return NumberValue.Create(Math.Round(number / unit, MidpointRounding.AwayFromZero) * unit);
    }

    public static LiquidSyntaxException TooLarge() => new("A number is too large to calculate with.");

    private static LiquidSyntaxException ByZero() => new("Nothing can be divided by zero.");

    [GeneratedRegex(@"^\s*[-+]?[0-9]+(?:\.[0-9]+\s*$)?", RegexOptions.CultureInvariant)]
    private static partial Regex Leading();
}
