using System.Text.RegularExpressions;
using Fluid.Parser;
using Parlot;
using Parlot.Fluent;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>What is known while a template is read; a condition ends where its text ends.</summary>
internal sealed class LiquidParseContext(string text, bool isCondition) : FluidParseContext(text)
{
    public int Depth { get; set; }

    /// <summary>Whether nothing is left before the end of the tag.</summary>
    public bool IsAtEnd()
    {
        var rest = Scanner.Buffer.AsSpan(Scanner.Cursor.Offset);
        var trimmed = rest.TrimStart();
        if (isCondition)
            return trimmed.IsEmpty;
        if (InsideLiquidTag && rest[..^trimmed.Length].Contains('\n'))
            return true;
        trimmed = trimmed.StartsWith("-") ? trimmed[1..] : trimmed;
        return trimmed.StartsWith("%}") || trimmed.StartsWith("}}");
    }
}

/// <summary>Reads names or numbers: as many letters as belong together.</summary>
internal sealed partial class Scan(Regex form) : Parser<TextSpan>
{
    private const string Letter = @"[\p{L}\p{Nd}\p{Mn}\p{Mc}_]";
    private const string Hyphen = "-(?![%}])";
    private const string WholeName = $@"\G{Letter}(?:{Letter}|{Hyphen})*";

    public override bool Parse(ParseContext context, ref ParseResult<TextSpan> result)
    {
        var cursor = context.Scanner.Cursor;
        var start = cursor.Position;
        context.SkipWhiteSpace();
        var found = form.Match(cursor.Buffer, cursor.Offset);
        if (!found.Success)
        {
            cursor.ResetPosition(start);
            return false;
        }

        cursor.AdvanceNoNewLines(found.Length);
        result.Set(found.Index, cursor.Offset, new TextSpan(cursor.Buffer, found.Index, found.Length));
        return true;
    }

    /// <summary>A name: letters of any language, digits, hyphens; but not the mark in <c>{{ name-}}</c>.</summary>
    [GeneratedRegex(WholeName, RegexOptions.CultureInvariant)]
    public static partial Regex OfName();

    /// <summary>A name that is read: it may end with a question mark.</summary>
    [GeneratedRegex(WholeName + @"\??", RegexOptions.CultureInvariant)]
    public static partial Regex OfVariable();

    [GeneratedRegex($@"\G(?>-?[0-9]+(?:\.[0-9]+)?)(?!{Letter}|{Hyphen})", RegexOptions.CultureInvariant)]
    public static partial Regex OfNumber();
}

/// <summary>Reads what has to be there, to the end of its tag if it is all of it. If it is not there, says how it is written.</summary>
internal sealed class Required<T>(Parser<T> inner, string what, string rule, bool isAll = true) : Parser<T>
{
    public override bool Parse(ParseContext context, ref ParseResult<T> result) =>
        inner.Parse(context, ref result) && (!isAll || ((LiquidParseContext)context).IsAtEnd())
            ? true
            : throw LiquidSyntaxException.Unreadable(context.Scanner.Buffer, context.Scanner.Cursor.Offset, what, rule);
}

/// <summary>Reads what may stand in itself, so deep that the stack holds it.</summary>
internal sealed class Nested<T>(Parser<T> inner) : Parser<T>
{
    private const int MaxDepth = 100;

    public override bool Parse(ParseContext context, ref ParseResult<T> result)
    {
        var reading = (LiquidParseContext)context;
        if (++reading.Depth > MaxDepth)
        {
            throw LiquidSyntaxException.At(
                context.Scanner.Buffer, context.Scanner.Cursor.Offset, $"Blocks stand in each other more than {MaxDepth} deep.");
        }

        var isRead = inner.Parse(context, ref result);
        reading.Depth--;
        return isRead;
    }
}

/// <summary>Passes over the text of a comment, and over comments in it, up to its last tag.</summary>
internal sealed partial class CommentText : Parser<TextSpan>
{
    public override bool Parse(ParseContext context, ref ParseResult<TextSpan> result)
    {
        var cursor = context.Scanner.Cursor;
        var (start, depth) = (cursor.Offset, 1);
        for (var tag = Tag().Match(cursor.Buffer, start); tag.Success; tag = tag.NextMatch())
        {
            depth += tag.Groups["end"].Success ? -1 : tag.Groups["start"].Success ? 1 : 0;
            if (depth > 0)
                continue;
            cursor.Advance(tag.Index - start);
            result.Set(start, tag.Index, new TextSpan(cursor.Buffer, start, tag.Index - start));
            return true;
        }

        return false;
    }

    [GeneratedRegex(
        @"\{%(?:-?\s*(?:(?<end>endcomment)|(?<start>comment))\s*-?%\}|.*?(?:%\}|\z))",
        RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}
