using System.Globalization;
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
internal sealed class Scan(Func<ReadOnlySpan<char>, int> measure) : Parser<TextSpan>
{
    /// <summary>A name: letters of any language, digits, hyphens; but not the mark in <c>{{ name-}}</c>.</summary>
    public static int OfName(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && IsOfName(text, length))
            length++;
        return length == 0 || text[0] == '-' ? 0 : length;
    }

    /// <summary>A name that is read: it may end with a question mark.</summary>
    public static int OfVariable(ReadOnlySpan<char> text) =>
        OfName(text) is > 0 and var length && text[length..].StartsWith("?") ? length + 1 : OfName(text);

    public static int OfNumber(ReadOnlySpan<char> text)
    {
        var length = Digits(text, text.StartsWith("-") ? 1 : 0);
        if (length > 0 && length + 1 < text.Length && text[length] == '.' && char.IsAsciiDigit(text[length + 1]))
            length = Digits(text, length + 1);
        return length == 0 || text[length - 1] == '-' || (length < text.Length && IsOfName(text, length)) ? 0 : length;
    }

    public override bool Parse(ParseContext context, ref ParseResult<TextSpan> result)
    {
        var cursor = context.Scanner.Cursor;
        var start = cursor.Position;
        context.SkipWhiteSpace();
        var (offset, length) = (cursor.Offset, measure(cursor.Span));
        if (length == 0)
        {
            cursor.ResetPosition(start);
            return false;
        }

        cursor.AdvanceNoNewLines(length);
        result.Set(offset, offset + length, new TextSpan(cursor.Buffer, offset, length));
        return true;
    }

    private static int Digits(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length && char.IsAsciiDigit(text[from]))
            from++;
        return from;
    }

    private static bool IsOfName(ReadOnlySpan<char> text, int at) => text[at] == '-'
        ? at + 1 == text.Length || text[at + 1] is not ('%' or '}')
        : char.IsLetterOrDigit(text[at]) || text[at] == '_'
            || char.GetUnicodeCategory(text[at]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
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
internal sealed class CommentText : Parser<TextSpan>
{
    public override bool Parse(ParseContext context, ref ParseResult<TextSpan> result)
    {
        var cursor = context.Scanner.Cursor;
        var (buffer, start) = (cursor.Buffer, cursor.Offset);
        var depth = 1;
        for (var at = start; (at = buffer.IndexOf("{%", at, StringComparison.Ordinal)) >= 0;)
        {
            var end = buffer.IndexOf("%}", at, StringComparison.Ordinal);
            if (end < 0)
                return false;
            var tag = buffer.AsSpan(at + 2, Math.Max(0, end - at - 2)).Trim("- \t\r\n");
            depth += tag is "comment" ? 1 : tag is "endcomment" ? -1 : 0;
            if (depth == 0)
            {
                cursor.Advance(at - start);
                result.Set(start, at, new TextSpan(buffer, start, at - start));
                return true;
            }

            at = end + 2;
        }

        return false;
    }
}
